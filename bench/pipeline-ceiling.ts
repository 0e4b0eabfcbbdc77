/**
 * How fast the API server takes what a stage's Pod costs it at least: a create, two changes of status, a
 * delete. Nobody decides, waits, watches or remembers anything. A process of its own, which
 * `pipeline-throughput.ts` asks for rounds.
 */
import { answerParent } from './support/answer-parent.ts';
import { Api } from './support/api.ts';
import { inTurns } from './support/in-turns.ts';
import { statuses } from './support/pod-statuses.ts';
import { podOf, unschedulable } from './support/workloads.ts';

export interface CeilingRound {
  readonly kubeconfigPath: string;
  readonly namespace: string;
  readonly owner: { readonly name: string; readonly uid: string };
  /** Of the Pods' names; a number follows it. */
  readonly prefix: string;
  readonly pods: number;
  /** Pods that are between their create and their delete at a time. */
  readonly concurrency: number;
}

let api: Api | undefined;

answerParent(async ({ kubeconfigPath, namespace, owner, prefix, pods, concurrency }: CeilingRound) => {
  api ??= await Api.open({ kubeconfigPath, connections: concurrency });
  const call = api.call.bind(api);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const template = podOf(unschedulable, '', owner);
  const startMs = performance.now();
  await inTurns(pods, concurrency, async (index) => {
    const name = `${prefix}-${index}`;
    await call('POST', path, { ...template, metadata: { ...template.metadata, name } });
    for (const status of statuses()) await call('PATCH', `${path}/${name}/status`, { status });
    await call('DELETE', `${path}/${name}`);
  });
  return (performance.now() - startMs) / 1_000;
});
