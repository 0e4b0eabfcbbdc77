/** What an operator may do with the chosen actor; each is asked for again before it is done. */
import { useState } from 'preact/hooks';
import type { ActorRow, RunPicture } from '../../src/inspector/protocol.ts';
import { words } from '../i18n/words.ts';
import { canOperate, run, treeOfNow } from '../live/told.ts';
import { CancelDialog, RetryDialog, ScaleDownDialog } from './confirm.tsx';

type Open = 'cancel' | 'retry' | 'scale-down' | undefined;

export function ActionButtons({ row }: { row: ActorRow }) {
  const [open, setOpen] = useState<Open>();
  if (!canOperate.value) return null;
  const { action } = words.value;
  const close = () => setOpen(undefined);
  const pipeline = pipelineOf(row);
  const told = run.value?.pipelineId === row.pipeline ? run.value : undefined;
  const { canCancel, canRetry } = permitted(pipeline, told);
  const task = pipeline === undefined && row.kind !== 'scale-down' ? row.task : undefined;
  return (
    <div class="actions">
      {canCancel && (
        <button type="button" class="danger" onClick={() => setOpen('cancel')}>
          {action.cancel}
        </button>
      )}
      {canRetry && (
        <button type="button" onClick={() => setOpen('retry')}>
          {action.retry}
        </button>
      )}
      {task !== undefined && !row.isOver && (
        <button type="button" onClick={() => setOpen('scale-down')}>
          {action.scaleDown}
        </button>
      )}
      {open === 'cancel' && row.pipeline !== undefined && (
        <CancelDialog pipelineId={row.pipeline} close={close} />
      )}
      {open === 'retry' && row.pipeline !== undefined && (
        <RetryDialog pipelineId={row.pipeline} close={close} />
      )}
      {open === 'scale-down' && task !== undefined && (
        <ScaleDownDialog taskId={task} workers={liveWorkersOf(task)} close={close} />
      )}
    </div>
  );
}

function pipelineOf(row: ActorRow): ActorRow | undefined {
  if (row.kind === 'pipeline') return row;
  return treeOfNow()
    .ancestorsOf(row.id)
    .find(({ kind }) => kind === 'pipeline');
}

/** The run's own word where it is known; else what its phase lets expect, and the server judges. */
function permitted(pipeline: ActorRow | undefined, told: RunPicture | undefined) {
  if (told) return told;
  if (pipeline === undefined) return { canCancel: false, canRetry: false };
  const { phase } = pipeline;
  const isAtWork = phase === 'pending' || phase === 'running';
  return { canCancel: isAtWork, canRetry: phase === 'failed' || phase === 'cancelled' };
}

function liveWorkersOf(task: string): number {
  let count = 0;
  for (const row of treeOfNow().rows()) {
    if (row.kind === 'worker' && row.task === task && (row.phase === 'pending' || row.phase === 'running'))
      count += 1;
  }
  return count;
}
