/**
 * What must hold of events: nothing is acknowledged before the ledger has it or it is a dead letter, each valid one takes
 * effect once, each malformed one is a dead letter that says why, and nothing is pending at the end.
 *
 * Knows how a ledger and a dead letter look, and nothing of the code that writes them. What Redis itself has lost need not
 * take effect.
 */
import { configMaps } from '../../../src/cluster/local/resources/registry.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import type { ScriptedRedis } from '../model/redis/scripted-redis.ts';
import type { World } from '../model/world.ts';
import { producer, type DrawnEvent } from './drawn-events.ts';
import type { RedisNames } from './redis-conduct.ts';
import type { Violations } from '../oracle/violation.ts';

type ScaleCommand = ScaleUpCommand | ScaleDownCommand;

export interface EventCounts {
  /** Entries of the stream, repetitions included. */
  readonly added: number;
  /** Commands that the ledger has because of them. */
  readonly carriedOut: number;
  readonly deadLetters: number;
  /** Entries that Redis did not have any more at the end. */
  readonly lost: number;
}

export interface EventCourtOptions {
  readonly world: World;
  readonly names: RedisNames;
  readonly verdict: Violations;
  /** Whether a valid event may be a dead letter for this reason. */
  readonly excuses: (reason: string) => boolean;
}

/** So often an event is handed out before it is taken for one that kills whoever has it; then it is a dead letter. */
const triesMax = 5;
const triedOf = (reason: string): number => Number(/tried (\d+) times/.exec(reason)?.[1] ?? 0);

export class EventCourt {
  readonly #options: EventCourtOptions;
  /** Every entry that ever was, by id. */
  readonly #entries = new Map<string, DrawnEvent>();

  constructor(options: EventCourtOptions) {
    this.#options = options;
  }

  added(id: string, event: DrawnEvent): void {
    this.#entries.set(id, event);
  }

  /** It is not pending any more. */
  acknowledged(redis: ScriptedRedis, from: string, id: string): void {
    const event = this.#entries.get(id);
    if (!event || lettersIn(redis, this.#options.names).has(id)) return;
    const isDone = event.kind !== 'malformed' && this.#ledgers().has(keyOf(id, event));
    if (!isDone)
      this.#broken(
        'I10',
        id,
        `${from} acknowledged ${id}, and it is neither in the ledger nor a dead letter`,
      );
  }

  isSettled(redis: ScriptedRedis): boolean {
    const held = groupIn(redis, this.#options.names);
    return held !== undefined && held.pending === 0 && held.unread === 0;
  }

  judge(redis: ScriptedRedis): void {
    const { names } = this.#options;
    const held = groupIn(redis, names);
    if (!held) this.#broken('G6', 'group', 'there is no group at the end');
    else if (held.pending + held.unread > 0)
      this.#broken('G6', 'group', `${held.pending} events are pending at the end, ${held.unread} unread`);
    const letters = lettersIn(redis, names);
    const ledgers = this.#ledgers();
    for (const { id } of redis.keys.get(names.stream)?.entries ?? []) {
      const event = this.#entries.get(id);
      if (event) this.#judgeEntry(id, event, { letters, ledgers });
    }
    const expected = new Set([...this.#entries].map(([id, event]) => keyOf(id, event)));
    for (const key of ledgers.keys())
      if (!expected.has(key)) this.#broken('G6', key, `${key} took effect, and no event asked for it`);
  }

  /** What took effect. */
  commands(): readonly ScaleCommand[] {
    return [...this.#ledgers().values()];
  }

  counts(redis: ScriptedRedis): EventCounts {
    const { names } = this.#options;
    const there = redis.keys.get(names.stream)?.entries.length ?? 0;
    return {
      added: this.#entries.size,
      carriedOut: this.#ledgers().size,
      deadLetters: lettersIn(redis, names).size,
      lost: this.#entries.size - there,
    };
  }

  #judgeEntry(
    id: string,
    event: DrawnEvent,
    { letters, ledgers }: Record<'letters', ReadonlyMap<string, string>> & Record<'ledgers', Ledgers>,
  ): void {
    const reason = letters.get(id);
    const isDone = ledgers.has(keyOf(id, event));
    if (event.kind === 'malformed') {
      if (reason === undefined) this.#broken('G6', id, `the malformed event ${id} is no dead letter`);
      else if (reason === '') this.#broken('G6', id, `the dead letter of ${id} gives no reason`);
    } else if (reason === undefined) {
      if (!isDone) this.#broken('G6', id, `the event ${id} did not take effect`);
    } else if (!this.#options.excuses(reason) && (isDone || triedOf(reason) < triesMax)) {
      const though = isDone ? ', and took effect' : '';
      this.#broken('G6', id, `the valid event ${id} is a dead letter${though}: ${reason}`);
    }
  }

  /** Of commands that came of events, as they stand on paper. */
  #ledgers(): Ledgers {
    const { store, namespace } = this.#options.world;
    const found = store.select({ resource: configMaps, namespace }).flatMap((object) => {
      const { kind, request } = object['data'] as { readonly kind?: string; readonly request?: string };
      if (kind !== 'scale-up' && kind !== 'scale-down') return [];
      const command = JSON.parse(request ?? '{}') as ScaleCommand;
      const key = `${kind} ${command.taskId} ${command.requestId}`;
      return command.triggeredBy === producer ? [[key, command] as const] : [];
    });
    return new Map(found);
  }

  #broken(invariant: 'G6' | 'I10', object: string, sentence: string): void {
    this.#options.verdict.report(invariant, object, sentence);
  }
}

type Ledgers = ReadonlyMap<string, ScaleCommand>;

/** By which it takes effect once. */
function keyOf(id: string, { kind, taskId, eventId }: DrawnEvent): string {
  const own = eventId || id;
  return `${kind} ${taskId || (kind === 'scale-up' ? own : '')} ${own}`;
}

/** Why, by the id of the entry. */
function lettersIn({ keys }: ScriptedRedis, { deadLetters }: RedisNames): ReadonlyMap<string, string> {
  const letters = keys.get(deadLetters)?.entries ?? [];
  return new Map(
    letters.map(({ fields }) => {
      const valueOf = (name: string) =>
        String(fields[fields.findIndex((field, at) => at % 2 === 0 && String(field) === name) + 1] ?? '');
      return [valueOf('otto.source_id'), valueOf('otto.reason')];
    }),
  );
}

function groupIn({ keys }: ScriptedRedis, { stream, group }: RedisNames) {
  const held = keys.get(stream)?.groups.get(group);
  if (!held) return undefined;
  const entries = keys.get(stream)?.entries ?? [];
  const read = entries.findIndex(({ id }) => id === held.lastDelivered) + 1;
  return { pending: held.pending.size, unread: entries.length - read };
}
