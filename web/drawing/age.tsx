/** Times that go on while one looks. */
import { now } from '../live/clock.ts';
import { duration, words } from '../i18n/words.ts';

/** How long it has been so; nothing where that is not known. */
export function Age({ sinceMs }: { sinceMs: number }) {
  if (sinceMs === 0) return null;
  const ms = now.value - sinceMs;
  // Tenths would run where seconds are drawn.
  return <span class="age">{duration(Math.max(ms - (ms % 1_000), 0)).replace('.0', '')}</span>;
}

/** What is left until the deadline, or by how much it is over. */
export function Countdown({ untilMs }: { untilMs: number }) {
  const leftMs = untilMs - now.value;
  const whole = Math.abs(leftMs) - (Math.abs(leftMs) % 1_000);
  const text = duration(whole).replace('.0', '');
  return (
    <span class={leftMs < 0 ? 'countdown is-overdue' : 'countdown'}>
      {leftMs < 0 ? words.value.actor.overdue(text) : words.value.actor.until(text)}
    </span>
  );
}
