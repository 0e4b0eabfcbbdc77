/**
 * Actors and events in the words of Stately's inspection protocol, as `@statelyai/inspect` 0.7 receives them.
 *
 * Ids are xstate's session ids: an actor that was made again is another one there.
 */
import type { AnyActorRef, AnyEventObject, AnyStateMachine } from 'xstate';
import { chartOf, placeOf, type ChartName, type Place } from '../place.ts';
import { eventBounds, type Bounds } from '../plain-data.ts';
import type { Reading } from '../reading.ts';
import { liveAt, ownSecrets } from '../detail.ts';

const version = '0.7.2';
const contextBounds: Bounds = { depth: 6, entries: 50, chars: 400, nodes: 500 };

/** What every message has. `id` is null: messages are no parts of one another. */
interface Said {
  readonly _version: string;
  readonly createdAt: string;
  readonly id: null;
  readonly rootId: string;
  readonly sessionId: string;
}

export type StatelyMessage = Said &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly parentId: string | undefined;
        /** JSON of the machine's config. */
        readonly definition: string;
        readonly snapshot: unknown;
      }
    | { readonly type: '@xstate.event'; readonly sourceId: string | undefined; readonly event: unknown }
    | { readonly type: '@xstate.snapshot'; readonly event: unknown; readonly snapshot: unknown }
  );

export function actorMessage(
  ref: AnyActorRef,
  place: Place,
  reading: Reading,
  machines: Readonly<Record<ChartName, AnyStateMachine>>,
): StatelyMessage {
  return {
    ...said(ref, reading),
    type: '@xstate.actor',
    name: place.id,
    // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
    parentId: ref._parent?.sessionId,
    definition: definitionOf(machines[chartOf[place.kind]]),
    snapshot: snapshotOf(place, reading),
  };
}

export function eventMessage(
  ref: AnyActorRef,
  event: AnyEventObject,
  source: AnyActorRef | undefined,
  reading: Reading,
): StatelyMessage {
  return {
    ...said(ref, reading),
    type: '@xstate.event',
    sourceId: source?.sessionId,
    event: shownEvent(ref, event, reading),
  };
}

export function snapshotMessage(
  ref: AnyActorRef,
  place: Place,
  event: AnyEventObject,
  reading: Reading,
): StatelyMessage {
  return {
    ...said(ref, reading),
    type: '@xstate.snapshot',
    event: shownEvent(ref, event, reading),
    snapshot: snapshotOf(place, reading),
  };
}

const said = (ref: AnyActorRef, { root, nowMs }: Reading): Said => ({
  _version: version,
  createdAt: String(nowMs),
  id: null,
  rootId: root.sessionId,
  sessionId: ref.sessionId,
});

function shownEvent(ref: AnyActorRef, event: AnyEventObject, reading: Reading): unknown {
  const place = placeOf(ref, () => reading.pool);
  const own = place && ownSecrets(place, reading);
  return reading.secrets.plain(event, eventBounds, reading.pool, own);
}

function snapshotOf(place: Place, reading: Reading): unknown {
  const live = liveAt(place, reading);
  if (!live) return { status: 'done' };
  const { value, context, status } = live;
  const own = ownSecrets(place, reading);
  return { status, value, context: reading.secrets.plain(context, contextBounds, reading.pool, own) };
}

const definitions = new WeakMap<AnyStateMachine, string>();

/** Functions are told by their names. */
function definitionOf(machine: AnyStateMachine): string {
  let json = definitions.get(machine);
  if (json === undefined) {
    json = JSON.stringify(machine.config, (_key, value: unknown) =>
      typeof value === 'function' ? { type: value.name || 'inline' } : value,
    );
    definitions.set(machine, json);
  }
  return json;
}
