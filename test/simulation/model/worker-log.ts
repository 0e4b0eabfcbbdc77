/**
 * What one container writes, as its kubelet keeps it: lines of a script, each written when its time has come, in a
 * file of which rotation leaves the newest part only.
 *
 * Nothing happens by itself: whoever reads is told what was written by then, and when to look again.
 */
import type { LogRead } from '../../../src/cluster/port.ts';

export interface ScriptedLine {
  /** Since the container started. */
  readonly afterMs: number;
  /** How much earlier than that it is stamped. */
  readonly earlyMs: number;
  readonly text: string;
}

export interface LogScript {
  readonly lines: readonly ScriptedLine[];
  /** When the kubelet begins a new file, since the container started. */
  readonly rotations: readonly number[];
}

export class WorkerLog {
  readonly podName: string;
  readonly startedMs: number;
  /** The node does not answer. */
  isUnreachable = false;
  /** Its Pod is there no more, and its file neither. */
  removedMs = Infinity;
  readonly #script: LogScript;
  #endedMs = Infinity;
  readonly #watchers = new Set<() => void>();

  constructor(podName: string, script: LogScript, startedMs: number) {
    this.podName = podName;
    this.#script = script;
    this.startedMs = startedMs;
  }

  get endedMs(): number {
    return this.#endedMs;
  }

  /** Nothing is written any more. */
  end(nowMs: number): void {
    this.#endedMs = Math.min(this.#endedMs, nowMs);
    this.#changed();
  }

  lose(): void {
    this.isUnreachable = true;
    this.#changed();
  }

  remove(nowMs: number): void {
    this.end(nowMs);
    this.removedMs = nowMs;
    this.#changed();
  }

  /** @param changed is told when it ends, or is not to be had any more. @returns how to stop that */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Every line that was ever written. */
  written(nowMs: number): readonly ScriptedLine[] {
    return this.#script.lines.slice(0, this.count(nowMs));
  }

  count(nowMs: number): number {
    return this.#before(Math.min(nowMs, this.#endedMs) - this.startedMs);
  }

  /** The first line that the file still has. */
  first(nowMs: number): number {
    const sinceMs = Math.min(nowMs, this.#endedMs) - this.startedMs;
    const last = this.#script.rotations.findLast((atMs) => atMs <= sinceMs);
    // What a rotation cuts off was written before it.
    return last === undefined ? 0 : this.#before(last);
  }

  /** What a reading that does not follow brings, and the place of the first line after it. */
  read({ sinceTime, tailLines }: Pick<LogRead, 'sinceTime' | 'tailLines'>, nowMs: number) {
    const count = this.count(nowMs);
    const first = Math.max(this.first(nowMs), tailLines === undefined ? 0 : count - tailLines);
    const sinceMs = sinceTime === undefined ? -Infinity : Math.floor(Date.parse(sinceTime) / 1_000) * 1_000;
    return { bytes: this.bytes(first, count, sinceMs), next: count };
  }

  bytes(from: number, to: number, sinceMs = -Infinity): Buffer {
    let text = '';
    for (const line of this.#script.lines.slice(from, to)) {
      const atMs = this.startedMs + line.afterMs - line.earlyMs;
      if (atMs >= sinceMs) text += `${stampOf(atMs)} ${line.text}\n`;
    }
    return Buffer.from(text);
  }

  /** When the line at that place is written; Infinity where none ever is. */
  dueMs(at: number): number {
    const line = this.#script.lines[at];
    const dueMs = line ? this.startedMs + line.afterMs : Infinity;
    return dueMs <= this.#endedMs ? dueMs : Infinity;
  }

  #before(sinceMs: number): number {
    const { lines } = this.#script;
    const at = lines.findIndex(({ afterMs }) => afterMs > sinceMs);
    return at === -1 ? lines.length : at;
  }

  #changed(): void {
    for (const tell of this.#watchers) tell();
  }
}

/** Nine digits of the second, as kubelets write it. */
export function stampOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '000000Z');
}
