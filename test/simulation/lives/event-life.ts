/** Events of every kind, with the process that reads them killed at one chosen command to Redis. */
import { malformedEvents } from '../../support/event-storm.ts';
import { briefly, forGood } from '../model/kubelet.ts';
import { Ottoscaler } from '../model/ottoscaler.ts';
import type { RedisPlan } from '../model/redis/scripted-redis.ts';
import { World } from '../model/world.ts';
import { Violations } from '../oracle/violation.ts';
import { Decisions } from '../seeds/decisions.ts';
import { fieldsOf, producer, type DrawnEvent } from '../seeds/drawn-events.ts';
import type { EventCounts } from '../seeds/event-court.ts';
import { RedisEvents } from '../seeds/redis-events.ts';
import { Timeline } from '../seeds/timeline.ts';

export interface EventKill {
  /** Commands that change something, counted from 1. */
  readonly effect: number;
  readonly when: 'before' | 'unanswered' | 'after';
}

export interface EventLife {
  readonly broken: readonly string[];
  /** What each effect was. */
  readonly effects: readonly string[];
  readonly counts: EventCounts;
  /** Names of all Pods that ever were. */
  readonly podNames: readonly string[];
}

interface EventLifeOptions {
  readonly kill?: EventKill;
  /** Whether who comes after the killed one has another name, as a Pod of a Deployment has. */
  readonly areNamesNew?: boolean;
}

const awayMs = 700;
const restMs = 600_000;
const changing: ReadonlySet<string> = new Set([
  'XGROUP',
  'XREADGROUP',
  'XCLAIM',
  'XAUTOCLAIM',
  'XACK',
  'XADD',
]);

const up = (nth: number, atMs: number, eventId: string, taskId: string, count: number): DrawnEvent => ({
  key: `event ${nth}`,
  atMs,
  kind: 'scale-up',
  taskId,
  eventId,
  fields: fieldsOf({
    type: 'scale_up',
    pod_count: `${count}`,
    triggered_by: producer,
    task_id: taskId,
    event_id: eventId,
  }),
});
const malformed = (nth: number, atMs: number): DrawnEvent => ({
  key: `event ${nth}`,
  atMs,
  kind: 'malformed',
  taskId: '',
  eventId: '',
  fields: malformedEvents[nth] ?? [],
});
const down: DrawnEvent = {
  key: 'event 4',
  atMs: 2_300,
  kind: 'scale-down',
  taskId: 'long',
  eventId: '',
  fields: ['type', 'scale_down', 'target_replicas', '0', 'task_id', 'long', 'triggered_by', producer],
};

const events: readonly DrawnEvent[] = [
  { ...up(0, 200, 'e', 'long', 2), againAfterMs: 900 },
  malformed(1, 500),
  malformed(2, 500),
  up(3, 800, '', '', 1),
  down,
];

export async function liveEvents({ kill, areNamesNew = false }: EventLifeOptions = {}): Promise<EventLife> {
  const world = new World({ scripts: (name) => (name.includes('long') ? forGood : briefly) });
  const nowMs = () => world.clock.now();
  const verdict = new Violations(nowMs);
  const effects: string[] = [];
  const plan: RedisPlan = {
    connects: () => true,
    command: (_from, command) => {
      const name = String(command[0]);
      if (!changing.has(name)) return { kind: 'served' };
      const isKilled = effects.push(name) === kill?.effect;
      return isKilled ? { kind: 'killed', when: kill.when } : { kind: 'served' };
    },
  };
  const redis = new RedisEvents({
    world,
    // Nothing is drawn: no key is allowed.
    decisions: new Decisions({ seed: 1, nowMs, only: new Set() }),
    timeline: new Timeline(nowMs, false),
    verdict,
    lastsMs: 0,
    excuses: () => false,
    plan,
    events,
    areNamesNew,
  });
  let otto = new Ottoscaler(world, { seed: 1, peripherals: [redis] });
  for (let seed = 2; ; seed++) {
    const isOver = () => otto.isKilled || (otto.isIdle && redis.isAtRest);
    // oxlint-disable-next-line no-await-in-loop -- one process comes after the other
    const isSo = await world.run(isOver, restMs);
    if (!isSo) verdict.report('liveness', 'pool', 'it does not come to rest');
    if (!otto.isKilled) break;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await world.pass(awayMs);
    otto = new Ottoscaler(world, { seed, peripherals: [redis] });
  }
  redis.examine();
  const crashed = otto.said('crashed').map(({ message }) => message);
  return {
    broken: [...verdict.sentences, ...world.audit.broken.sentences, ...crashed],
    effects,
    counts: redis.counts,
    podNames: world.audit.created.map(({ name }) => name).toSorted(),
  };
}

/** Every moment of every effect of one life. */
export function* eventKills({ effects }: EventLife): Generator<EventKill & { readonly what: string }> {
  for (const [index, what] of effects.entries())
    for (const when of ['before', 'unanswered', 'after'] as const) yield { effect: index + 1, when, what };
}
