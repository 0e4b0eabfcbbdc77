/** A phase as a small mark: told apart by its shape as well as by its colour. */
import type { StagePicture } from '../../src/inspector/protocol.ts';
import { words } from '../i18n/words.ts';

type AnyPhase = StagePicture['phase'];

const strokes: Readonly<Record<AnyPhase, string>> = {
  pending: 'M8 4.8V8l2.2 1.6',
  running: 'M6.6 5.4 10.8 8l-4.2 2.6Z',
  retrying: 'M10.6 6.2A3.2 3.2 0 1 0 11.2 8M10.8 4.4v2h-2',
  succeeded: 'm5.2 8.2 2 2 3.7-4.2',
  failed: 'm5.7 5.7 4.6 4.6m0-4.6-4.6 4.6',
  cancelled: 'M5.2 8h5.6',
  skipped: 'M5.2 5.6 7.6 8l-2.4 2.4m3.2-4.8L10.8 8l-2.4 2.4',
  cleanup: 'M5.4 8h.01M8 8h.01M10.6 8h.01',
};

export function PhaseMark({ phase, isLabelled = false }: { phase: AnyPhase; isLabelled?: boolean }) {
  const label = words.value.phase[phase];
  return (
    <svg
      class={`phase-mark phase-${phase}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      {...(isLabelled ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' })}
    >
      <circle cx="8" cy="8" r="6.6" />
      <path d={strokes[phase]} />
    </svg>
  );
}
