/** Where a recording goes. It never throws and never waits: what cannot be written ends the recording. */
export interface Tape {
  /** False once nothing more is taken. */
  readonly isOpen: boolean;
  /** Writes one line. @param body of the line, given its number */
  write(body: (n: number) => { readonly atMs: number }): void;
  /** Takes nothing more. */
  end(): void;
}

/** In memory. For tests, and for recordings that are made on purpose. */
export class MemoryTape implements Tape {
  readonly lines: string[] = [];
  #isOpen = true;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  write(body: (n: number) => object): void {
    if (this.#isOpen) this.lines.push(JSON.stringify(body(this.lines.length + 1)));
  }

  end(): void {
    this.#isOpen = false;
  }
}
