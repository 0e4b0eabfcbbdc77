/**
 * A recording that can be wound: lived again up to any line, forward and back.
 *
 * A life cannot be lived backwards, nor copied: to go back it is lived again, from its beginning or from the nearest
 * point that was kept. Such a point is a second life that stands a little before the first; once it is used, the next
 * one is made in the background.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { InputLine, LifeLine } from './format.ts';
import type { RecordedLine } from './read-recording.ts';
import { Replay, type ReplayOptions } from './replay.ts';

export interface TapePlace {
  readonly n: number;
  readonly last: number;
  readonly atMs: number;
  /** The input that was taken last, as a clause. */
  readonly what: string;
}

export interface TapePlayerOptions<Attendant> extends Pick<ReplayOptions, 'nameOf'> {
  /** Made beside every life, right after its beginning. */
  readonly attend: (replay: Replay, nowMs: () => number) => Attendant;
  readonly signal?: AbortSignal;
  /** So many lines behind a point is kept, in lives that are longer than twice that. */
  readonly keptEvery?: number;
}

/** One of the lives in the file. Lines are counted from 1. */
interface Life {
  readonly header: LifeLine;
  readonly from: number;
  to: number;
  /** Slot and actor of each effect. */
  readonly effects: Map<number, string>;
  /** Where an input that changed a state was taken in with all that began by it, as far as it was lived, in order. */
  readonly changes: number[];
  lived: number;
  /** Where another path was taken: nothing after it can be lived. */
  divergedAt: number | undefined;
}

interface Point<Attendant> {
  readonly life: Life;
  readonly replay: Replay;
  readonly attendant: Attendant;
  /** The last line that was taken. */
  n: number;
  atMs: number;
  /** Whether the line that was taken last changed a state. */
  hasChanged: boolean;
}

const keptEveryDefault = 2_000;
const sliceMs = 5;
const linesPerLook = 50;

export class TapePlayer<Attendant> {
  readonly #options: TapePlayerOptions<Attendant>;
  readonly #lines: readonly RecordedLine[];
  readonly #lives: readonly Life[];
  #current: Point<Attendant>;
  #kept: Point<Attendant> | undefined;
  #keeping: Promise<void> | undefined;

  /** Stands at the end. Rejects as `lines` does, and with the signal's reason. */
  static async open<Attendant>(
    lines: AsyncIterable<RecordedLine>,
    options: TapePlayerOptions<Attendant>,
  ): Promise<TapePlayer<Attendant>> {
    const all: RecordedLine[] = [];
    for await (const line of lines) all.push(line);
    const player = new TapePlayer(all, options);
    await player.seek(all.length);
    return player;
  }

  private constructor(lines: readonly RecordedLine[], options: TapePlayerOptions<Attendant>) {
    this.#options = options;
    this.#lines = lines;
    this.#lives = livesOf(lines);
    this.#current = this.#begin(this.#lifeOf(1));
  }

  get replay(): Replay {
    return this.#current.replay;
  }

  get attendant(): Attendant {
    return this.#current.attendant;
  }

  get place(): TapePlace {
    const { n, atMs, life } = this.#current;
    return { n, atMs, last: this.#lines.length, what: this.#what(n, life) };
  }

  /** To the last line up to `n` that is an input. Rejects with the signal's reason. */
  async seek(n: number): Promise<void> {
    const target = Math.min(Math.max(1, n), this.#lines.length);
    const life = this.#lifeOf(target);
    this.#current = this.#nearest(life, target);
    await this.#advance(this.#current, () => this.#current.n < target);
    this.#keep();
  }

  /** To the next or former line that changed a state; at the ends of the file it stays. */
  async step(by: 1 | -1): Promise<void> {
    const { n, life } = this.#current;
    if (by === -1) return await this.seek(life.changes.findLast((one) => one < n) ?? life.from - 1);
    if (n >= life.to) return await this.seek(n + 1);
    this.#current.hasChanged = false;
    await this.#advance(this.#current, () => !this.#current.hasChanged);
  }

  #nearest(life: Life, target: number): Point<Attendant> {
    const candidates = [this.#current, ...(this.#kept ? [this.#kept] : [])];
    const usable = candidates.filter((point) => point.life === life && point.n <= target);
    const nearest = usable.toSorted((a, b) => b.n - a.n)[0] ?? this.#begin(life);
    if (nearest === this.#kept) this.#kept = undefined;
    return nearest;
  }

  #begin(life: Life): Point<Attendant> {
    const { nameOf, attend } = this.#options;
    const { header } = life;
    const clock = { nowMs: header.atMs };
    const note: { point: Point<Attendant> | undefined } = { point: undefined };
    const replay = new Replay(header, {
      nameOf,
      onTransition: ({ atMs }) => {
        clock.nowMs = atMs;
        if (note.point) note.point.hasChanged = true;
      },
    });
    const attendant = attend(replay, () => note.point?.atMs ?? clock.nowMs);
    note.point = { life, replay, attendant, n: life.from, atMs: header.atMs, hasChanged: false };
    return note.point;
  }

  async #advance(point: Point<Attendant>, goesOn: () => boolean): Promise<void> {
    const { life } = point;
    let untilMs = performance.now() + sliceMs;
    for (let taken = 0; point.n < life.to && point.n !== life.divergedAt && goesOn(); taken++) {
      if (taken % linesPerLook === 0 && performance.now() > untilMs) {
        // oxlint-disable-next-line no-await-in-loop -- each line follows the one before
        await turn();
        untilMs = performance.now() + sliceMs;
      }
      this.#options.signal?.throwIfAborted();
      this.#take(point);
    }
  }

  /** An input, and the effects that begin by it. */
  #take(point: Point<Attendant>): void {
    const { life } = point;
    point.hasChanged = false;
    do {
      const line = this.#lines[point.n];
      if (!line) return;
      point.n = line.n;
      if (line.kind === 'torn' || line.kind === 'life') continue;
      point.atMs = line.atMs;
      if (point.replay.take(line)) life.divergedAt = line.n;
    } while (this.#lines[point.n]?.kind === 'begun' && point.n < life.to && point.n !== life.divergedAt);
    if (point.hasChanged && point.n > life.lived) life.changes.push(point.n);
    life.lived = Math.max(life.lived, point.n);
  }

  /** Has a point made that stands a little before the current one, where that is worth it. */
  #keep(): void {
    const { life, n } = this.#current;
    const { keptEvery = keptEveryDefault } = this.#options;
    const mark = n - keptEvery;
    if (mark < life.from + keptEvery || this.#keeping) return;
    if (this.#kept?.life === life && this.#kept.n <= n && this.#kept.n >= mark - keptEvery) return;
    this.#keeping = this.#keepAt(life, mark);
  }

  async #keepAt(life: Life, mark: number): Promise<void> {
    const point = this.#begin(life);
    try {
      await this.#advance(point, () => point.n < mark);
      this.#kept = point;
    } catch {
      // Nobody winds it any more.
    } finally {
      this.#keeping = undefined;
    }
  }

  #lifeOf(n: number): Life {
    const life = this.#lives.findLast(({ from }) => from <= n) ?? this.#lives[0];
    if (!life) throw new Error('a recording holds at least one life');
    return life;
  }

  #what(n: number, life: Life): string {
    if (n === life.divergedAt) return 'another path was taken; nothing after it can be lived';
    for (let at = n; at >= life.from; at--) {
      const line = this.#lines[at - 1];
      if (line && line.kind !== 'begun')
        return line.kind === 'torn' ? 'the process ended while it wrote' : whatOf(line, life);
    }
    return '';
  }
}

function livesOf(lines: readonly RecordedLine[]): readonly Life[] {
  const lives: Life[] = [];
  for (const line of lines) {
    if (line.kind === 'life') {
      lives.push({
        header: line,
        from: line.n,
        to: line.n,
        effects: new Map(),
        changes: [line.n],
        lived: line.n,
        divergedAt: undefined,
      });
    }
    const life = lives.at(-1);
    if (!life) continue;
    life.to = line.n;
    if (line.kind === 'begun') life.effects.set(line.effect, `${line.slot} of ${line.actor}`);
  }
  return lives;
}

function whatOf(line: InputLine | LifeLine, { effects }: Life): string {
  switch (line.kind) {
    case 'life':
      return 'a life begins';
    case 'sent':
      return `the pool was sent ${line.event.type}`;
    case 'told':
      return `${effects.get(line.effect) ?? 'an effect'} told ${line.event.type}`;
    case 'settled':
      return `${effects.get(line.effect) ?? 'an effect'} ${line.error === undefined ? 'is done' : 'failed'}`;
    case 'fired':
      return `${line.timer.split('.')[2] ?? line.timer} of ${line.actor} has passed`;
    case 'end':
      return `it ends: ${line.why}`;
  }
}
