/**
 * Times in a ledger: RFC 3339 text, kept short as the distance to when its command was accepted.
 *
 * Ours have milliseconds and become a number of them; Kubernetes' have none and become a text of whole
 * seconds. Every other text is kept as it is, behind a `=`.
 */
import { z } from 'zod';

export const time = z.union([z.int(), z.string()]);
export type EncodedTime = z.infer<typeof time>;

const whole = /^-?\d{1,12}$/;

export class Times {
  readonly #baseMs: number;
  readonly #baseSeconds: number;

  /** @param acceptedAt RFC 3339 */
  constructor(acceptedAt: string) {
    this.#baseMs = Date.parse(acceptedAt);
    this.#baseSeconds = Math.floor(this.#baseMs / 1_000);
  }

  encode(at: string): EncodedTime {
    if (at === '') return at;
    const ms = Date.parse(at);
    if (!Number.isNaN(ms)) {
      const canonical = new Date(ms).toISOString();
      if (canonical === at) return ms - this.#baseMs;
      if (withoutMs(canonical) === at && whole.test(String(ms / 1_000 - this.#baseSeconds))) {
        return String(ms / 1_000 - this.#baseSeconds);
      }
    }
    return `=${at}`;
  }

  /** @throws Error where it is none that `encode` makes. */
  decode(encoded: EncodedTime): string {
    if (typeof encoded === 'number') return new Date(this.#baseMs + encoded).toISOString();
    if (encoded === '') return '';
    if (encoded.startsWith('=')) return encoded.slice(1);
    if (!whole.test(encoded)) throw new Error(`${JSON.stringify(encoded)} is no time`);
    return withoutMs(new Date((this.#baseSeconds + Number(encoded)) * 1_000).toISOString());
  }
}

const withoutMs = (canonical: string) => canonical.replace('.000Z', 'Z');
