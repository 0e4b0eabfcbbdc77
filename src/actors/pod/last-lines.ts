/**
 * The latest line that Pods wrote, for those whom somebody looks at.
 *
 * Asking for a line is what keeps it fresh: the first answer is empty, later ones are a few seconds old.
 * Everything is bounded, and nothing runs while nobody looks. A log that cannot be read leaves the line as
 * it was.
 */
import type { Cluster } from '../../cluster/port.ts';
import type { Clock, Log } from '../ports.ts';

export interface LastLinesDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watched {
  line: string;
  wantedUntilMs: number;
  /** When it may be read again. */
  dueMs: number;
  isReading: boolean;
}

const interestMs = 10_000;
const againMs = 2_000;
const readsMax = 4;
const podsMax = 200;
const bytesMax = 4_096;
/** A blank line or two may follow the one to show. */
const linesMax = 20;
const lineCharsMax = 400;

export class LastLines {
  readonly #deps: LastLinesDeps;
  readonly #pods = new Map<string, Watched>();
  #reads = 0;
  #timer: unknown;
  #isStopped = false;

  constructor(deps: LastLinesDeps) {
    this.#deps = deps;
  }

  /** @returns the latest line that is known, '' where none is; shows interest in it for ten seconds. */
  of(podName: string): string {
    const nowMs = this.#deps.clock.now();
    const known = this.#pods.get(podName);
    if (known) {
      known.wantedUntilMs = nowMs + interestMs;
      return known.line;
    }
    if (this.#pods.size >= podsMax) this.#forget();
    if (this.#pods.size >= podsMax || this.#isStopped) return '';
    const watched = { line: '', wantedUntilMs: nowMs + interestMs, dueMs: nowMs, isReading: false };
    this.#pods.set(podName, watched);
    this.#look();
    return '';
  }

  /** Nothing is read from here on. */
  stop(): void {
    this.#isStopped = true;
    this.#deps.clock.clearTimeout(this.#timer);
    this.#pods.clear();
  }

  /** Reads what is due, as far as there is room, and comes back when more is. */
  #look(): void {
    this.#deps.clock.clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#forget();
    const nowMs = this.#deps.clock.now();
    const next = [...this.#pods].filter(([, { isReading }]) => !isReading);
    next.sort(([, a], [, b]) => a.dueMs - b.dueMs);
    for (const [podName, watched] of next) {
      if (this.#reads >= readsMax) return;
      if (watched.dueMs > nowMs) {
        this.#timer = this.#deps.clock.setTimeout(() => this.#look(), watched.dueMs - nowMs);
        return;
      }
      void this.#read(podName, watched);
    }
  }

  async #read(podName: string, watched: Watched): Promise<void> {
    const { cluster, clock, log } = this.#deps;
    watched.isReading = true;
    watched.dueMs = clock.now() + againMs;
    this.#reads += 1;
    try {
      const { text } = await cluster.pods.readLog(podName, bytesMax, linesMax);
      watched.line = lastLine(text) || watched.line;
    } catch (error) {
      log.debug({ podName, reason: String(error) }, 'the last line of a worker could not be read');
    } finally {
      watched.isReading = false;
      this.#reads -= 1;
    }
    this.#look();
  }

  #forget(): void {
    const nowMs = this.#deps.clock.now();
    for (const [podName, { wantedUntilMs }] of this.#pods)
      if (wantedUntilMs <= nowMs) this.#pods.delete(podName);
  }
}

/** A carriage return begins a line anew, as progress bars use it. */
function lastLine(text: string): string {
  const line = text.split(/[\r\n]+/).findLast((part) => part.trim() !== '') ?? '';
  // A cut may have gone through a character that needs two units.
  return line.slice(0, lineCharsMax).replace(/[\uD800-\uDBFF]$/, '');
}
