/** What happened to the actor, the newest first, each with who caused it. */
import { useState } from 'preact/hooks';
import type { ActorHappening } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { timeText } from '../i18n/duration.ts';
import { words } from '../i18n/words.ts';
import { liveTree } from '../live/told.ts';
import { choose } from '../page/place.ts';
import { JsonTree } from './json-tree.tsx';

interface HappeningsProps {
  readonly happenings: readonly ActorHappening[];
  /** How many of the newest are shown. */
  readonly most?: number;
}

export function Happenings({ happenings, most = happenings.length }: HappeningsProps) {
  if (happenings.length === 0) return <p class="hint">{words.value.happenings.none}</p>;
  return (
    <ol class="happenings" aria-label={words.value.actor.tabs.happenings}>
      {happenings
        .slice(-most)
        .toReversed()
        .map((one) => (
          <Happening key={one.n} one={one} />
        ))}
    </ol>
  );
}

function Happening({ one }: { one: ActorHappening }) {
  const [isOpen, setOpen] = useState(false);
  const said = words.value.happenings;
  const hasChanged = one.stateBefore !== one.stateAfter;
  return (
    <li class={hasChanged ? 'happening has-changed' : 'happening'}>
      <time title={new Date(one.atMs).toISOString()}>{timeText(one.atMs)}</time>
      <span class="happening-event">
        {one.data === undefined ? (
          <code>{legible(one.event)}</code>
        ) : (
          <button
            type="button"
            class="link"
            aria-expanded={isOpen}
            title={said.data}
            onClick={() => setOpen(!isOpen)}
          >
            <code>{legible(one.event)}</code>
          </button>
        )}
        <Cause from={one.from} />
      </span>
      <span class="happening-change">
        {hasChanged ? (
          <>
            <code>{legible(one.stateBefore)}</code>
            <span aria-label="→"> → </span>
            <code>{legible(one.stateAfter)}</code>
          </>
        ) : (
          said.unchanged
        )}
      </span>
      {isOpen && <JsonTree value={one.data} />}
    </li>
  );
}

/** An actor can be gone to; an effect or the outside cannot. */
function Cause({ from }: { from: string }) {
  const actor = liveTree().get(from);
  if (actor) {
    return (
      <button type="button" class="link cause" onClick={() => choose(actor.id)}>
        ← {legible(actor.name)}
      </button>
    );
  }
  return <span class="cause">← {from === '' ? words.value.happenings.outside : legible(from)}</span>;
}
