/** "Why is it here?" in one sentence, with what is left of its wait. */
import type { ActorDetail, ActorRow } from '../../src/inspector/protocol.ts';
import { Age, Countdown } from '../drawing/age.tsx';
import { legible } from '../drawing/legible.ts';
import { timeText } from '../i18n/duration.ts';
import { meant, words } from '../i18n/words.ts';

interface WhyProps {
  readonly row: ActorRow;
  readonly told: ActorDetail | undefined;
}

export function Why({ row, told }: WhyProps) {
  const { actor, phase } = words.value;
  const sentence = told?.why ?? row.reason ?? '';
  // The deadline is told already.
  const timers = (told?.timers ?? []).filter(({ dueMs }) => dueMs !== row.deadlineMs);
  return (
    <section class={`why phase-${row.phase}`}>
      <p class="why-state">
        <b>{phase[row.phase]}</b>
        <code>{legible(row.state)}</code>
        {row.sinceMs > 0 && !row.isOver && <Age sinceMs={row.sinceMs} />}
        {row.deadlineMs !== undefined && !row.isOver && (
          <span class="deadline" title={timeText(row.deadlineMs)}>
            <span class="label">{actor.deadline}</span> <Countdown untilMs={row.deadlineMs} />
          </span>
        )}
      </p>
      {sentence !== '' && <p class="why-sentence">{legible(meant(sentence))}</p>}
      {row.failure !== undefined && !sentence.includes(row.failure) && (
        <p class="why-failure">{legible(row.failure)}</p>
      )}
      {timers.length > 0 && (
        <ul class="timers" aria-label={actor.timers}>
          {timers.map(({ name, dueMs }) => (
            <li key={name}>
              <code>{legible(name)}</code> <Countdown untilMs={dueMs} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
