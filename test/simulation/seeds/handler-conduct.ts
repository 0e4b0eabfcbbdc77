/** What otto-handler does with each message and each notice, and when it is away. */
import type { WorkerLine } from '../../../src/logs/line.ts';
import type { Notice } from '../../../src/logs/notices/notice.ts';
import type { Answer } from '../../../src/logs/relay/window-limits.ts';
import type { Conduct, MessageFate, NoticeFate, OttoHandler } from '../model/otto-handler.ts';
import type { SimClock } from '../model/sim-clock.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';

/** So long it is in one mood. */
const moodMs = 8_000;
const awaysMax = 3;
const throttles = [60_000, 2 ** 31 - 1, -1, 1_000] as const;

export class HandlerConduct implements Conduct {
  readonly #decisions: Decisions;
  readonly #clock: SimClock;
  readonly #counts = new Map<string, number>();
  readonly #moods = new Map<string, boolean>();

  constructor(decisions: Decisions, clock: SimClock) {
    this.#decisions = decisions;
    this.#clock = clock;
  }

  /** @param lastsMs within which it goes away, each time */
  schedule(handler: OttoHandler, lastsMs: number): void {
    for (let nth = 0; nth < awaysMax; nth++) {
      const dice = this.#decisions.dice(`handler away ${nth}`);
      this.#clock.setTimeout(() => {
        if (this.#decisions.strikes(52, `handler away ${nth}`)) handler.leave(500 + 40_000 * dice() ** 2);
      }, dice() * lastsMs);
    }
  }

  message(from: string, lines: readonly WorkerLine[], sequence: number): MessageFate {
    const about = this.#about(`${from} message`);
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const dice = this.#decisions.dice(`answer ${about}`);
    const backMs = 1 + Math.floor(30 * dice() + lines.length / 100);
    const killsSender = strikes(38);
    if (strikes(53) || this.#isInMood(53)) return { backMs, killsSender };
    const strange = strikes(55) ? strangeAnswers(dice, sequence) : [];
    const throttleMs = strikes(56) ? (throttles[Math.floor(dice() * throttles.length)] ?? 0) : 0;
    const isWantedAgain = this.#isInMood(54) || strikes(54);
    const status = isWantedAgain ? 'RETRY' : strange.length > 0 && dice() < 0.4 ? 'DROP' : 'ACK';
    return { backMs, status, strange, throttleMs, killsSender };
  }

  notice(from: string, { workerId, status }: Notice): NoticeFate {
    const about = this.#about(`${from} ${status} ${workerId}`);
    const dice = this.#decisions.dice(`answer ${about}`);
    if (this.#decisions.strikes(38, about))
      return { kind: 'killed', when: dice() < 0.5 ? 'before' : 'after' };
    if (this.#isInMood(57)) return { kind: 'silence', arrives: dice() < 0.5 };
    const isError = this.#decisions.strikes(57, about);
    const answer = isError ? 'ERROR' : dice() < 0.1 ? 'IGNORED' : 'RECEIVED';
    return { kind: 'answered', afterMs: 1 + Math.floor(30 * dice()), answer };
  }

  #isInMood(fault: FaultNumber): boolean {
    const about = `handler mood ${Math.floor(this.#clock.now() / moodMs)}`;
    const key = `${fault} ${about}`;
    let isSo = this.#moods.get(key);
    if (isSo === undefined) {
      isSo = this.#decisions.strikes(fault, about);
      this.#moods.set(key, isSo);
    }
    return isSo;
  }

  #about(what: string): string {
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    return `${what} #${nth}`;
  }
}

function strangeAnswers(dice: () => number, sequence: number): readonly Answer[] {
  const status = (['ACK', 'RETRY', 'DROP'] as const)[Math.floor(dice() * 3)] ?? 'DROP';
  // One that was answered before, one that never was, and what is no number at all.
  const named = [sequence - 1, sequence + 1_000_000, 0, -1, Number.NaN][Math.floor(dice() * 5)] ?? 0;
  return [{ status, sequence: named, throttleMs: 0 }];
}
