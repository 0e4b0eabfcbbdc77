/** What Redis does with each command, when it is away, and what it has forgotten when it is back. */
import type { CommandFate, RedisPlan, ScriptedRedis } from '../model/redis/scripted-redis.ts';
import type { Argument } from '../model/redis/stream-commands.ts';
import type { SimClock } from '../model/sim-clock.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';

export interface RedisNames {
  readonly stream: string;
  readonly group: string;
  readonly deadLetters: string;
}

const troublesMax = 5;
/** Of commands and connections, where the seed has that fault at all. */
const strangeShare = 0.06;
/** Where it syncs every second, as Redis does by default. */
const syncMs = 1_000;
const lagMsMax = 4_000;

export class RedisConduct implements RedisPlan {
  readonly #decisions: Decisions;
  readonly #clock: SimClock;
  readonly #names: RedisNames;
  readonly #counts = new Map<string, number>();
  /** Ids of entries of which somebody wanted to make a dead letter. */
  readonly #buried = new Set<string>();

  constructor(decisions: Decisions, clock: SimClock, names: RedisNames) {
    this.#decisions = decisions;
    this.#clock = clock;
    this.#names = names;
  }

  /** @param lastsMs within which its troubles begin */
  schedule(redis: ScriptedRedis, lastsMs: number): void {
    const dice = this.#decisions.dice('redis at the start');
    if (dice() < 0.2 && this.#decisions.strikes(46, 'redis at the start')) redis.leave(dice() * 20_000, 0);
    const count = Math.floor(this.#decisions.dice('redis troubles')() * (troublesMax + 1));
    for (let nth = 0; nth < count; nth++) {
      const about = `redis trouble ${nth}`;
      const atMs = this.#decisions.dice(about)() * lastsMs;
      this.#clock.setTimeout(() => this.#happen(redis, about), atMs);
    }
  }

  readonly command = (from: string, command: readonly Argument[]): CommandFate => {
    const [name = '', key] = command.map(String);
    const isLetter = name === 'XADD' && key === this.#names.deadLetters;
    const id = isLetter
      ? textAt(command, command.indexOf('*') + 2)
      : name === 'XACK'
        ? textAt(command, 3)
        : '';
    if (isLetter) this.#buried.add(id);
    const about = this.#about(`${from} ${name} ${id}`.trim());
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const dice = this.#decisions.dice(`redis ${about}`);
    if (isLetter && strikes(40)) return { kind: 'killed', when: dice() < 0.5 ? 'unanswered' : 'after' };
    if (name === 'XACK' && strikes(this.#buried.has(id) ? 40 : 35))
      return { kind: 'killed', when: dice() < 0.5 ? 'before' : 'unanswered' };
    if (dice() >= strangeShare || !strikes(46)) return { kind: 'served' };
    const kind = dice();
    const isDone = dice() < 0.5;
    if (kind < 0.4) return { kind: 'lost', isDone };
    if (kind < 0.7) return { kind: 'silent', isDone };
    return { kind: 'slow', beforeMs: dice() * 6_000, afterMs: dice() * 6_000 };
  };

  readonly connects = (from: string): boolean => {
    const about = this.#about(`${from} connects`);
    return this.#decisions.dice(`redis ${about}`)() >= strangeShare || !this.#decisions.strikes(46, about);
  };

  #happen(redis: ScriptedRedis, about: string): void {
    const dice = this.#decisions.dice(`which ${about}`);
    const kind = dice();
    const awayMs = 100 + 15_000 * dice() ** 2;
    const loss = dice();
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const { stream, group } = this.#names;
    if (kind < 0.5) {
      if (strikes(46)) redis.leave(awayMs, loss < 0.5 ? 0 : syncMs);
    } else if (kind < 0.7) {
      if (strikes(47)) redis.leave(awayMs / 5, loss * lagMsMax);
    } else if (strikes(48)) {
      if (loss >= 0.75) redis.ask('FLUSHALL');
      else if (redis.keys.has(stream)) redis.ask('XGROUP', 'DESTROY', stream, group);
    }
  }

  #about(what: string): string {
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    return `${what} #${nth}`;
  }
}

const textAt = (command: readonly Argument[], at: number): string => String(command[at] ?? '');
