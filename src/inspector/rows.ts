/** One actor as a line of the tree, from what the pool remembers. */
import type { ProgressEvent } from '../machines/pipeline/progress.ts';
import type { Redact } from '../logs/redact/secret-values.ts';
import { phaseOfState, phaseOfStatus } from './phases.ts';
import { pipelineId, runOf, type Place, type RunAtHand } from './place.ts';
import { clause, liveFields, msOf, type Reading, type RowNow } from './reading.ts';
import type { Secrets } from './secrets.ts';
import { workerRow } from './worker-row.ts';

/** Undefined where nothing is remembered of it. */
export function rowAt(place: Place, reading: Reading): RowNow | undefined {
  switch (place.kind) {
    case 'pool':
      return poolRow(reading);
    case 'worker':
      return workerRow(place.key, reading);
    case 'stage':
      return stageRow(place, reading);
    case 'pipeline':
      return pipelineRow(place.key, reading);
    case 'scale-up':
    case 'scale-down':
      return commandRow(place, reading);
  }
}

function poolRow(reading: Reading): RowNow {
  const { pool } = reading;
  const fields = liveFields(reading.root, pool, reading);
  return { id: 'pool', parent: '', kind: 'pool', name: 'pool', ...fields, phase: phaseOfState(fields.state) };
}

function pipelineRow(key: string, reading: Reading): RowNow | undefined {
  const { pipelines, endedPipelines } = reading.pool.context.registry;
  const identity = { id: pipelineId(key), parent: 'pool', kind: 'pipeline', pipeline: key } as const;
  const ref = pipelines.get(key);
  const summary = endedPipelines.get(key);
  if (ref) {
    const snapshot = ref.getSnapshot();
    const { run } = snapshot.context;
    const fields = liveFields(ref, snapshot, reading, run && redactionOf(run, reading.secrets));
    const isClosed = snapshot.matches('closed') || snapshot.matches('done');
    return {
      ...identity,
      name: run?.open.command.name || summary?.name || key,
      ...fields,
      state: withoutJournal(fields.state),
      phase: isClosed && summary ? phaseOfStatus(summary.status) : phaseOfState(fields.state),
      isOver: fields.isOver || isClosed,
    };
  }
  if (!summary) return undefined;
  const sinceMs = msOf(summary.completedAt);
  return {
    ...identity,
    name: summary.name || key,
    state: 'done',
    phase: phaseOfStatus(summary.status),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    isOver: true,
  };
}

/** Its journal, which writes now and then beside the run, is not what a run waits for. */
function withoutJournal(state: string): string {
  const leaves = state.split(', ');
  const others = leaves.filter((leaf) => !leaf.startsWith('live.journal.'));
  return others.length === 0 ? state : others.join(', ');
}

function stageRow(
  { id, key, stage }: Extract<Place, { kind: 'stage' }>,
  reading: Reading,
): RowNow | undefined {
  const run = runOf(reading.pool, key);
  const command = run?.open.command.stages[stage];
  if (!run || !command) return undefined;
  const identity = {
    id,
    parent: pipelineId(key),
    kind: 'stage',
    name: command.name || command.stageId,
    pipeline: key,
    stage: command.stageId,
  } as const;
  const redact = redactionOf(run, reading.secrets);
  const ref = run.stages.get(stage);
  if (ref) {
    const fields = liveFields(ref, ref.getSnapshot(), reading, redact);
    return { ...identity, ...fields, phase: phaseOfState(fields.state) };
  }
  return { ...identity, ...overFields(latestOf(run, stage), redact) };
}

/** Of a stage whose actor is over, or was not needed any more. */
function overFields(latest: ProgressEvent | undefined, redact: Redact | undefined) {
  const sinceMs = msOf(latest?.completedAt);
  const reason = clause(latest?.message ?? '', redact);
  return {
    state: 'done',
    phase: latest ? phaseOfStatus(latest.status) : ('cancelled' as const),
    ...(reason === '' ? {} : { reason }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    isOver: true,
  };
}

function latestOf({ progress }: RunAtHand, stage: number): ProgressEvent | undefined {
  return progress.findLast((event) => event.stage === stage);
}

function commandRow(
  { kind, id, key }: Extract<Place, { kind: 'scale-up' | 'scale-down' | 'worker' }>,
  reading: Reading,
): RowNow | undefined {
  const { scaleUps, scaleDowns } = reading.pool.context.registry;
  const up = kind === 'scale-up' ? scaleUps.get(key) : undefined;
  const down = kind === 'scale-down' ? scaleDowns.get(key) : undefined;
  const ref = up ?? down;
  if (!ref || kind === 'worker') return undefined;
  const { command, answer } = ref.getSnapshot().context;
  const redact = command.kind === 'scale-up' ? reading.secrets.of(command.template.env) : undefined;
  const fields = up
    ? liveFields(up, up.getSnapshot(), reading, redact)
    : down
      ? liveFields(down, down.getSnapshot(), reading, redact)
      : undefined;
  if (!fields) return undefined;
  const isRefused = answer?.kind === 'refused';
  return {
    id,
    parent: 'pool',
    kind,
    name: command.taskId === '' ? 'all tasks' : command.taskId,
    task: command.taskId,
    ...fields,
    phase: isRefused ? 'failed' : fields.isOver ? 'succeeded' : phaseOfState(fields.state),
  };
}

const redactions = new WeakMap<object, { readonly redact: Redact | undefined }>();

/** Hides what the workers of all stages must not tell; what one says may be told of its run. */
export function redactionOf({ open: { command } }: RunAtHand, secrets: Secrets): Redact | undefined {
  const known = redactions.get(command);
  if (known) return known.redact;
  const all = command.stages.flatMap(({ template }) => secrets.of(template.env) ?? []);
  const redact =
    all.length === 0 ? undefined : (text: string) => all.reduce((hidden, one) => one(hidden), text);
  redactions.set(command, { redact });
  return redact;
}
