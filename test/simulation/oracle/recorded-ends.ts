/** How workers ended, as the ledgers of a model cluster say, by the names of their Pods. */
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { configMaps } from '../../../src/cluster/local/resources/registry.ts';
import type { Outcome } from '../../../src/machines/worker/order.ts';
import type { World } from '../model/world.ts';
import { readRun } from './run-ledger.ts';

export function recordedEnds(world: World): ReadonlyMap<string, Outcome> {
  const { store, namespace, audit } = world;
  const ends = new Map<string, Outcome>();
  for (const { metadata, ...rest } of store.select({ resource: configMaps, namespace })) {
    const data = new Map(Object.entries(rest['data'] ?? {}));
    const request = JSON.parse(String(data.get('request') ?? '{}')) as { readonly pipelineId?: string };
    const run = request.pipelineId === undefined ? undefined : readRun(world, request.pipelineId);
    const nameOf = attemptName(namespace);
    for (const { stage, index, attempt, ended } of run?.record.attempts ?? []) {
      const stageId = run?.command.stages[stage]?.stageId ?? '';
      if (ended && request.pipelineId)
        ends.set(nameOf(request.pipelineId, stageId, index, attempt), ended.outcome);
    }
    const { ended = {} } = world.ledgers.get(metadata.name) ?? {};
    for (const { name, ownerUid, stageId, index } of audit.created) {
      const end = ended[String(index)] as { readonly outcome: Outcome } | undefined;
      if (end && stageId === '' && ownerUid === metadata.uid) ends.set(name, end.outcome);
    }
  }
  return ends;
}
