/** What happened in a life, in order, for a person to read. Costs nothing where nobody will. */
export type Kind = 'fault' | 'call' | 'caller' | 'process' | 'pod' | 'log' | 'event';

export interface Moment {
  readonly atMs: number;
  readonly kind: Kind;
  readonly text: string;
}

export class Timeline {
  readonly moments: Moment[] = [];
  readonly #nowMs: () => number;
  readonly #isKept: boolean;

  constructor(nowMs: () => number, isKept: boolean) {
    this.#nowMs = nowMs;
    this.#isKept = isKept;
  }

  note(kind: Kind, text: () => string): void {
    if (this.#isKept) this.moments.push({ atMs: this.#nowMs(), kind, text: text() });
  }
}
