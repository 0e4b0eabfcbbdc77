/** How a status looks, and what a stage says of itself beside it. */
import { styleText } from 'node:util';
import type { SeenStage, StageStatus } from './run-state.ts';

/** One column wide in every font that terminals use. */
export const symbols: Readonly<Record<StageStatus, string>> = {
  pending: '○',
  running: '●',
  retrying: '↻',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
  skipped: '–',
};

/** As wide as the widest status. */
export const statusChars = 'cancelled'.length;

type Paint = 'dim' | 'green' | 'red' | 'cyan' | 'yellow';

const paints: Readonly<Record<StageStatus, Paint>> = {
  pending: 'dim',
  running: 'cyan',
  retrying: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  skipped: 'dim',
};

/** Whether colours are wanted has been decided by the terminal. */
export function paintStatus(
  stage: Pick<SeenStage, 'status' | 'isTolerated'>,
  text: string,
  colour: boolean,
): string {
  if (!colour) return text;
  const { status, isTolerated } = stage;
  const paint = status === 'failed' && isTolerated ? 'yellow' : paints[status];
  return styleText(paint, text, { validateStream: false });
}

/** Of what completed only that it did not run: its result came from an earlier run. */
export function detailBeside(stage: SeenStage): string {
  return stage.status === 'completed' && stage.attempt > 0 ? '' : detailOf(stage);
}

/** Its message without the status that stands beside it, and why it failed where the message does not say. */
export function detailOf({ status, message, errorMessage }: SeenStage): string {
  const own = message === status ? '' : message.replace(new RegExp(`^${status}: `), '');
  if (errorMessage === '' || own.includes(errorMessage)) return own;
  return own === '' ? errorMessage : `${own}: ${errorMessage}`;
}
