/**
 * The ledger of a run on paper: what of it never changes, as data that a person can read with kubectl.
 *
 * `defaults` is what the configuration said when the run was accepted: a later one changes nothing about it.
 * What is read back is untrusted: whoever can edit ConfigMaps may have edited it. The part that changes is
 * in `pipeline-state.ts`.
 */
import { z } from 'zod';
import type { StoredRecord } from '../../cluster/port.ts';
import { failureNames } from '../../machines/failure.ts';
import { workersOf, type PipelineCommand } from '../../machines/pipeline/command.ts';
import type { OrderPolicy, TemplateDefaults } from './order.ts';
import { decodeImmutable, field, pairs, reading, template, version, type Immutable } from './record.ts';
import { dependenciesOf, inOrder } from './stage-graph.ts';

/** Far beyond what is accepted: an edited ledger must not make us count to a billion. */
const stageWorkersMax = 100_000;

const text = z.string();
const texts = z.array(text).readonly();
const count = z.int().min(0);

const stage = z
  .object({
    stageId: text,
    type: z.enum(['build', 'test', 'deploy', 'custom']),
    name: text,
    workerCount: z.int().min(1),
    dependsOn: texts,
    runWhen: z.enum(['success', 'failure', 'always']),
    allowFailure: z.boolean(),
    matrix: z.array(z.object({ name: text, values: z.array(text).min(1).readonly() })).readonly(),
    template: template.extend({ exec: z.object({ command: texts, args: texts }).exactOptional() }),
    queueSeconds: count,
    retry: z.object({
      retriesMax: count,
      delaySeconds: z.number().min(0),
      backoffFactor: z.number().min(0),
      delaySecondsMax: z.number().min(0),
      failures: z.array(z.enum(failureNames)).readonly(),
      exitCodes: z.array(z.int()).readonly(),
    }),
  })
  .refine((one) => workersOf(one) <= stageWorkersMax, 'a stage has more workers than are ever accepted');

const command = z.object({
  kind: z.literal('pipeline'),
  pipelineId: text,
  name: text,
  repository: text,
  commitSha: text,
  triggeredBy: text,
  onFailure: z.enum(['stop', 'continue']),
  timeoutSeconds: count,
  stages: z.array(stage).min(1).readonly(),
  metadata: pairs,
  retryOf: z
    .object({ pipelineId: text, reused: z.array(z.object({ stageId: text, digest: text })).readonly() })
    .exactOptional(),
});

const defaults = z.object({
  image: text,
  cpuRequest: text,
  cpuLimit: text,
  memoryRequest: text,
  memoryLimit: text,
  timeoutSecondsMax: z.int().min(1),
  pipelineSecondsMax: z.int().min(1),
});

export type PipelineDefaults = TemplateDefaults & Pick<OrderPolicy, 'pipelineSecondsMax'>;

export interface PipelineLedger extends Immutable {
  readonly command: PipelineCommand;
  readonly defaults: PipelineDefaults;
}

export const pipelineKind = 'pipeline';

/** The parts of the configuration that a run keeps. */
export function defaultsOf(policy: OrderPolicy): PipelineDefaults {
  const { limits: _, ...kept } = policy;
  return kept;
}

/** @param state the changing part as text */
export function encodePipeline(ledger: PipelineLedger, state: string): Record<string, string> {
  return {
    version,
    kind: pipelineKind,
    'accepted-at': ledger.acceptedAt,
    hash: ledger.hash,
    nonce: ledger.nonce,
    request: JSON.stringify(ledger.command),
    defaults: JSON.stringify(ledger.defaults),
    state,
  };
}

export function isPipeline({ data }: Pick<StoredRecord, 'data'>): boolean {
  return data['kind'] === pipelineKind;
}

/** @throws Error naming the record and what is wrong with it. */
export function decodePipeline(record: Pick<StoredRecord, 'name' | 'data'>): PipelineLedger {
  const { name, data } = record;
  return reading(name, () => {
    const immutable = decodeImmutable(data);
    if (!isPipeline(record)) throw new Error(`${data['kind']} is not ${pipelineKind}`);
    if (Number.isNaN(Date.parse(immutable.acceptedAt))) throw new Error('accepted-at is no time');
    const request = command.parse(JSON.parse(field(data, 'request')));
    // Whoever goes on with the run trusts its graph.
    inOrder(dependenciesOf(request.stages));
    return { ...immutable, command: request, defaults: defaults.parse(JSON.parse(field(data, 'defaults'))) };
  });
}
