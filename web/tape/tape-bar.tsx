/** Where the recording stands: a slider, steps to the inputs that changed something, and the place in words. */
import { useRef } from 'preact/hooks';
import type { TapePlace } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { timeText } from '../i18n/duration.ts';
import { words } from '../i18n/words.ts';
import { say, tapeName } from '../live/session.ts';
import { refusals } from '../live/told.ts';

const seekEveryMs = 120;

export function TapeBar({ tape }: { tape: TapePlace }) {
  const said = words.value.tape;
  const seek = useSeek();
  return (
    <section class="tape-bar" aria-label={said.label}>
      <button
        type="button"
        title={said.back}
        aria-label={said.back}
        onClick={() => say({ type: 'step', by: -1 })}
      >
        <span aria-hidden="true">◀</span>
      </button>
      <button
        type="button"
        title={said.forward}
        aria-label={said.forward}
        onClick={() => say({ type: 'step', by: 1 })}
      >
        <span aria-hidden="true">▶</span>
      </button>
      <input
        type="range"
        min={1}
        max={tape.last}
        value={tape.n}
        aria-label={said.slider}
        aria-valuetext={`${said.place(tape.n, tape.last)}: ${tape.what}`}
        onInput={({ currentTarget }) => seek(currentTarget.valueAsNumber)}
      />
      <span class="tape-place" role="status">
        <b>{said.place(tape.n, tape.last)}</b> <time>{timeText(tape.atMs)}</time>
        <span class="tape-what">{legible(refusals.value.seek ?? tape.what)}</span>
      </span>
      {tapeName !== '' && (
        <a class="button" href="./">
          {said.leave}
        </a>
      )}
    </section>
  );
}

/** The slider moves faster than a recording is lived again: the newest place counts. */
function useSeek(): (n: number) => void {
  const wanted = useRef<number | undefined>(undefined);
  return (n) => {
    const isUnderWay = wanted.current !== undefined;
    wanted.current = n;
    if (isUnderWay) return;
    setTimeout(() => {
      if (wanted.current !== undefined) say({ type: 'seek', n: wanted.current });
      wanted.current = undefined;
    }, seekEveryMs);
  };
}
