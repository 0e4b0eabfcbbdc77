/**
 * One workload that has everything in it at once: a task that is scaled up and down, one that the API server refuses,
 * a run that tries one worker again, and three runs that are cancelled, each in a mode of its own.
 */
import { podNamesOf } from '../../../src/actors/ledger/order.ts';
import type { CancelMode, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { refused, served, type ClusterCall, type FaultPlan } from '../model/fault-plan.ts';
import { briefly, forGood, type PodScript, type Scripts } from '../model/kubelet.ts';
import { scriptsFor } from './pipeline-scripts.ts';

const namespace = 'default';

export const up = scaleUpCommand({ taskId: 'web', requestId: 'up', workerCount: 4 });
export const fewer = scaleDownCommand({ taskId: 'web', requestId: 'fewer', target: 1 });
/** Without an id: whoever is not answered asks anew. */
export const none = scaleDownCommand({ taskId: 'web', target: 0 });
export const impossible = scaleUpCommand({ taskId: 'impossible', requestId: 'up', workerCount: 2 });

/** The last of them ends by itself, the others run until they are ended. */
export const webNames = podNamesOf(namespace, up);
const impossibleNames: ReadonlySet<string> = new Set(podNamesOf(namespace, impossible));

const release: PipelineCommand = pipelineCommand(
  [
    stageCommand('build'),
    stageCommand('test', { dependsOn: ['build'], workerCount: 2 }),
    stageCommand('lint', { dependsOn: ['build'], retry: { ...noRetry, retriesMax: 1, delaySeconds: 2 } }),
    stageCommand('finally', { runWhen: 'always' }),
  ],
  { pipelineId: 'release' },
);

/** What is cancelled while its first stage runs. */
function doomed(pipelineId: string): PipelineCommand {
  return pipelineCommand(
    [
      stageCommand('work'),
      stageCommand('next', { dependsOn: ['work'] }),
      stageCommand('finally', { runWhen: 'always' }),
    ],
    { pipelineId },
  );
}

export const cancelled: ReadonlyMap<PipelineCommand, CancelMode> = new Map([
  [doomed('now'), 'now'],
  [doomed('gently'), 'finish-running'],
  [doomed('tidily'), 'run-finally'],
]);

export const runs: readonly PipelineCommand[] = [release, ...cancelled.keys()];

/** Longer than any process is away: what is to be cancelled still runs then. */
const workMs = 60_000;

function cast(stageId: string, _index: number, attempt: number): Partial<PodScript> {
  if (stageId === 'work') return { runMs: workMs };
  return stageId === 'lint' && attempt === 1 ? { exitCode: 1 } : {};
}

export function referenceScripts(): Scripts {
  const ofRuns = scriptsFor(runs, cast);
  const last = webNames.length - 1;
  const ofWeb = new Map(webNames.map((name, index) => [name, index === last ? briefly : forGood]));
  return (name) => ofWeb.get(name) ?? ofRuns(name);
}

/** The API server never takes a Pod of the impossible task. */
export const refusesTheImpossible: FaultPlan = (call) =>
  isRefusedByTheServer(call) ? refused('invalid') : served;

export function isRefusedByTheServer({ verb, name }: Pick<ClusterCall, 'verb' | 'name'>): boolean {
  return verb === 'pods.create' && impossibleNames.has(name);
}
