/** One run: its stages as a graph, and its attempts over time. */
import { legible } from '../drawing/legible.ts';
import { duration, meant, words } from '../i18n/words.ts';
import { now } from '../live/clock.ts';
import { refusals, run, treeOfNow } from '../live/told.ts';
import { toast } from '../actions/ask.ts';
import { choose } from '../page/place.ts';
import { Dag } from './dag.tsx';
import { GanttView } from './gantt.tsx';
import { withFinallyWaits } from './waits.ts';

interface RunViewProps {
  readonly pipelineId: string;
  /** Of the chosen stage, which is marked. */
  readonly stageId: string | undefined;
}

export function RunView({ pipelineId, stageId }: RunViewProps) {
  const known = run.value?.pipelineId === pipelineId ? run.value : undefined;
  const told = known && withFinallyWaits(known);
  const { actor, run: said } = words.value;
  const refusal = refusals.value.run;
  if (!told) return <p class="hint">{refusal === undefined ? actor.loading : legible(meant(refusal))}</p>;
  const { startedMs, endedMs, message } = told;
  return (
    <div class="run">
      <p class="run-summary">
        {startedMs !== undefined && <b>{said.total(duration((endedMs ?? now.value) - startedMs))}</b>}
        {message !== '' && <span>{legible(meant(message))}</span>}
        {told.criticalPath.length > 0 && <span class="critical-legend">{said.critical}</span>}
      </p>
      <h2>{said.dag}</h2>
      <Dag run={told} chosen={stageId} choose={(id) => chooseStage(pipelineId, id)} />
      <h2>{said.gantt}</h2>
      <GanttView run={told} chooseWorker={chooseWorker} chooseStage={(id) => chooseStage(pipelineId, id)} />
    </div>
  );
}

function chooseStage(pipelineId: string, stageId: string): void {
  for (const { id, kind, pipeline, stage } of treeOfNow().rows()) {
    if (kind === 'stage' && pipeline === pipelineId && stage === stageId) return choose(id, 'chart');
  }
  toast(words.value.actor.missing);
}

function chooseWorker(podName: string): void {
  const worker = treeOfNow().worker(podName);
  if (worker) choose(worker.id);
  else toast(words.value.actor.missing);
}
