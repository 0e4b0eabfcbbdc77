/** What producers add to the stream in a life, drawn beforehand: each of it alone can be left out. */
import type { Random } from '../../../src/actors/ports.ts';
import { malformedEvents } from '../../support/event-storm.ts';
import { below, chance } from '../../support/random-pipelines.ts';
import type { Decisions } from './decisions.ts';

export interface DrawnEvent {
  readonly key: string;
  readonly atMs: number;
  readonly kind: 'scale-up' | 'scale-down' | 'malformed';
  /** '' where the entry's id is the task, or where all tasks are meant. */
  readonly taskId: string;
  /** '' where the entry's id stands for it. */
  readonly eventId: string;
  readonly fields: readonly string[];
  /** After so long its producer adds it a second time, not knowing better. */
  readonly againAfterMs?: number;
}

/** By which what came of an event is told from what a caller wanted. */
export const producer = 'producer';

/** @param lastsMs within which all of them are added */
export function drawEvents(decisions: Decisions, lastsMs: number): readonly DrawnEvent[] {
  const count = 2 + below(decisions.dice('events count'), 5);
  return Array.from({ length: count }, (_, nth) => drawEvent(decisions, nth, lastsMs)).filter(({ key }) =>
    decisions.allows(key),
  );
}

function drawEvent(decisions: Decisions, nth: number, lastsMs: number): DrawnEvent {
  const key = `event ${nth}`;
  const dice = decisions.dice(key);
  const atMs = dice() * lastsMs * 0.8;
  const poison = malformedEvents[below(dice, malformedEvents.length)] ?? [];
  const valid = drawValid(dice, nth);
  const again = 10 + dice() * 6_000;
  if (decisions.strikes(50, key))
    return { key, atMs, kind: 'malformed', taskId: '', eventId: '', fields: poison };
  const isTwice = valid.eventId !== '' && decisions.strikes(49, key);
  return { key, atMs, ...valid, ...(isTwice ? { againAfterMs: again } : {}) };
}

function drawValid(dice: Random, nth: number): Omit<DrawnEvent, 'key' | 'atMs' | 'againAfterMs'> {
  const isUp = chance(dice, 0.7);
  const isTaskNamed = chance(dice, 0.7);
  const taskId = isTaskNamed ? `task-${below(dice, 3)}` : '';
  const eventId = chance(dice, 0.5) ? `event-${nth}` : '';
  const count = isUp ? 1 + below(dice, 3) : below(dice, 3);
  const countField = chance(dice, 0.5) ? 'pod_count' : 'target_replicas';
  return {
    kind: isUp ? 'scale-up' : 'scale-down',
    taskId,
    eventId,
    fields: fieldsOf({
      type: isUp ? 'scale_up' : 'scale_down',
      [countField]: `${count}`,
      triggered_by: producer,
      task_id: taskId,
      event_id: eventId,
    }),
  };
}

/** Names and values in turn; what is empty is left out. */
export const fieldsOf = (named: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(named).flatMap(([name, value]) => (value === '' ? [] : [name, value]));
