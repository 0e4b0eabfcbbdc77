/**
 * Events as another door of a life: producers that add them to a Redis, and the real reader of each process, as the server
 * composes it, over the way to it that can fail.
 */
import { redisStreams } from '../../../src/redis/redis-streams.ts';
import { summarize } from '../../../src/machines/pipeline/summary.ts';
import * as outputView from '../../../src/machines/pool/output-view.ts';
import * as pipelineView from '../../../src/machines/pool/pipeline-view.ts';
import * as view from '../../../src/machines/pool/view.ts';
import { readStream, type EventReading } from '../../../src/programs/read-events.ts';
import { defaultLimits } from '../../../src/rpc/validate/limits.ts';
import { pick } from '../../support/random-pipelines.ts';
import type { Inhabitant, Peripheral, Place } from '../model/peripheral.ts';
import { ScriptedRedis, type RedisPlan, type Watched } from '../model/redis/scripted-redis.ts';
import type { PendingEntry } from '../model/redis/stream-key.ts';
import type { World } from '../model/world.ts';
import { EventCourt, type EventCounts } from './event-court.ts';
import type { Violations } from '../oracle/violation.ts';
import type { Decisions } from './decisions.ts';
import { drawEvents, type DrawnEvent } from './drawn-events.ts';
import { RedisConduct } from './redis-conduct.ts';
import type { Timeline } from './timeline.ts';

export interface EventsOptions {
  readonly world: World;
  readonly decisions: Decisions;
  readonly timeline: Timeline;
  readonly verdict: Violations;
  readonly lastsMs: number;
  /** Whether a valid event may be a dead letter for this reason. */
  readonly excuses: (reason: string) => boolean;
  /** Instead of what the seed draws. */
  readonly plan?: RedisPlan;
  readonly events?: readonly DrawnEvent[];
  readonly areNamesNew?: boolean;
}

const names = { stream: 'events', group: 'ottoscaler', deadLetters: 'events-dead' } as const;
/** As the server gives to what is under way. */
const lastEventsMs = 2_000;
const againMs = 300;
/** Nothing changes by them. */
const quiet: ReadonlySet<string> = new Set(['XINFO', 'XPENDING']);

export class RedisEvents implements Peripheral {
  readonly redis: ScriptedRedis;
  readonly events: readonly DrawnEvent[];
  readonly #options: EventsOptions;
  readonly #court: EventCourt;
  readonly #minIdleMs: number;
  /** Each process has a name of its own, as Pods of a Deployment have: what a dead one left has to be claimed. */
  readonly #areNamesNew: boolean;
  /** By the name of its consumer. */
  readonly #readers = new Map<string, Inhabitant>();
  readonly #readings = new Map<Inhabitant, EventReading>();
  /** Events that are still to be added. */
  #awaited = 0;
  #adding: DrawnEvent | undefined;

  constructor(options: EventsOptions) {
    this.#options = options;
    const { world, decisions, verdict, lastsMs, excuses } = options;
    this.#minIdleMs = pick(decisions.dice('events min idle'), [3_000, 10_000, 60_000]);
    this.#areNamesNew = options.areNamesNew ?? decisions.dice('events names')() < 0.5;
    this.#court = new EventCourt({ world, names, verdict, excuses });
    const conduct = new RedisConduct(decisions, world.clock, names);
    this.redis = new ScriptedRedis(world.clock, options.plan ?? conduct, this.#watched);
    if (!options.plan) conduct.schedule(this.redis, lastsMs);
    this.events = options.events ?? drawEvents(decisions, lastsMs);
    for (const event of this.events) this.#schedule(event);
  }

  attach(inhabitant: Inhabitant): Place {
    const { identity, clock, random, log } = inhabitant;
    const consumer = this.#areNamesNew ? `${identity}-${this.#readers.size}` : identity;
    this.#readers.set(consumer, inhabitant);
    const streams = redisStreams(this.redis.connectOf(inhabitant), { ...names, consumer });
    let reading: EventReading | undefined;
    return {
      ports: {},
      serve: (door) => {
        const pool = { ...door, view: { ...view, ...outputView, ...pipelineView, summarize } };
        reading = readStream(
          { pool, limits: defaultLimits, log, streams, clock, random },
          { stream: names.stream, minIdleMs: this.#minIdleMs },
        );
        this.#readings.set(inhabitant, reading);
      },
      leave: () => reading?.close(lastEventsMs) ?? Promise.resolve(),
      killed: () => {
        this.redis.forget(inhabitant);
        this.#readings.delete(inhabitant);
      },
    };
  }

  calm(): void {
    this.redis.awayUntilMs = 0;
  }

  get isAtRest(): boolean {
    const isAnyInHand = this.#readings.values().some(({ counts }) => counts?.inHand !== 0);
    return this.#awaited === 0 && !isAnyInHand && this.#court.isSettled(this.redis);
  }

  examine(): void {
    this.#court.judge(this.redis);
  }

  /** What took effect because of events. */
  commands(): ReturnType<EventCourt['commands']> {
    return this.#court.commands();
  }

  get counts(): EventCounts {
    return this.#court.counts(this.redis);
  }

  get trace(): unknown {
    const { entries = [] } = this.redis.keys.get(names.deadLetters) ?? {};
    return [this.counts, entries.map(({ id, fields }) => [id, fields.map(String)])];
  }

  #schedule(event: DrawnEvent): void {
    const { clock } = this.#options.world;
    const { atMs, againAfterMs } = event;
    const times = againAfterMs === undefined ? [atMs] : [atMs, atMs + againAfterMs];
    this.#awaited += times.length;
    for (const [nth, whenMs] of times.entries()) clock.setTimeout(() => this.#add(event, nth), whenMs);
  }

  #add(event: DrawnEvent, nth: number): void {
    const { world, timeline } = this.#options;
    if (this.redis.isAway) {
      world.clock.setTimeout(() => this.#add(event, nth), againMs);
      return;
    }
    const fields = [...event.fields, ...(event.kind === 'malformed' ? [] : ['timestamp', `${nth}`])];
    this.#adding = event;
    const id = String(this.redis.ask('XADD', names.stream, '*', ...fields));
    this.#awaited -= 1;
    timeline.note(
      'event',
      () => `${event.key} is added${nth > 0 ? ' again' : ''} as ${id}: ${fields.join(' ')}`,
    );
  }

  readonly #watched: Watched = (from, command, deed) => {
    const [name = '', key = ''] = command.map(String);
    const { timeline } = this.#options;
    const before = name === 'XAUTOCLAIM' ? this.#consumers() : undefined;
    const reply = deed();
    // Known before anybody can read it.
    if (name === 'XADD' && key === names.stream && this.#adding)
      this.#court.added(String(reply), this.#adding);
    if (name === 'XACK' && reply === 1) this.#court.acknowledged(this.redis, from, String(command[3]));
    if (before) this.#claimed(before);
    if (from !== '' && reply !== null && !quiet.has(name) && !isEmptyClaim(reply))
      timeline.note('event', () => `${from} ${command.map(String).join(' ')} → ${told(reply)}`);
    return reply;
  };

  #consumers(): ReadonlyMap<string, PendingEntry> {
    return new Map(this.redis.keys.get(names.stream)?.groups.get(names.group)?.pending);
  }

  /** Whoever had it before may live, and still work on it. */
  #claimed(before: ReadonlyMap<string, PendingEntry>): void {
    for (const [id, { deliveries }] of this.#consumers()) {
      const one = before.get(id);
      if (!one || one.deliveries === deliveries) continue;
      const former = this.#readers.get(one.consumer);
      if (former && !former.isGone())
        this.#options.decisions.came(51, `${one.consumer} ${id} #${deliveries}`);
    }
  }
}

function told(reply: unknown): string {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? `[${reply.map(told).join(' ')}]` : String(reply);
}

/** Of the many looks for what others left: it found nothing. */
const isEmptyClaim = (reply: unknown): boolean =>
  Array.isArray(reply) && Array.isArray(reply[1]) && reply[1].length === 0;
