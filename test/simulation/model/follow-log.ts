/** The followed log of a model Pod, over a connection that does what its plan says. */
import { asPod } from '../../../src/cluster/local/pod.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import type { LogRead } from '../../../src/cluster/port.ts';
import { fails } from './fault-plan.ts';
import type { Network } from './network.ts';
import { stampOf, type WorkerLog } from './worker-log.ts';
import type { World } from './world.ts';

/** What becomes of one reading, from the moment on at which it is answered. */
export interface ReadingFate {
  /** From a line's writing until it arrives. */
  readonly delayMs: number;
  readonly chunkBytes: number;
  /** `ended` looks as if the log had ended there; of `stalled` nothing is heard any more. */
  readonly ending?: {
    readonly kind: 'cut' | 'ended' | 'stalled';
    readonly afterBytes: number;
    readonly afterMs: number;
  };
  /** What was written last arrives, although the Pod is gone. */
  readonly hasLastWord: boolean;
}

export type ReadingPlan = (podName: string) => ReadingFate;

export const undisturbedReading: ReadingPlan = () => ({ delayMs: 0, chunkBytes: 65_536, hasLastWord: true });

export interface Reading {
  readonly world: World;
  readonly network: Network;
  readonly plan: ReadingPlan;
}

export async function* followLog(reading: Reading, name: string, read: LogRead): AsyncGenerator<Buffer> {
  const { world, network, plan } = reading;
  const { signal, bytesMax = Infinity, follow } = read;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => undefined);
  const abort = (): void => reject(fails('unavailable'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const found = await Promise.race([network.call('pods.log', name, () => logOf(world, name)), aborted]);
    if (Buffer.isBuffer(found)) return void (yield found);
    const open = new OpenReading(reading, found, plan(name), aborted);
    yield* open.chunks(read, bytesMax, follow);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** @returns the bytes themselves where nobody decided what it writes */
function logOf(world: World, name: string): WorkerLog | Buffer {
  const { metadata, status } = asPod(world.store.get(podType, world.namespace, name));
  const log = world.logs.all.get(metadata.uid);
  if (log?.isUnreachable) throw fails('unavailable');
  if (log) return log;
  const written = status.phase === 'Pending' ? '' : world.logOf(name);
  const createdMs = Date.parse(metadata.creationTimestamp ?? '');
  return Buffer.from(written.replaceAll(/[^\n]*\n|[^\n]+$/g, (line) => `${stampOf(createdMs)} ${line}`));
}

class OpenReading {
  readonly #reading: Reading;
  readonly #log: WorkerLog;
  readonly #fate: ReadingFate;
  readonly #aborted: Promise<never>;
  readonly #endsMs: number;
  #bytesLeft = Infinity;

  constructor(reading: Reading, log: WorkerLog, fate: ReadingFate, aborted: Promise<never>) {
    this.#reading = reading;
    this.#log = log;
    this.#fate = fate;
    this.#aborted = aborted;
    this.#endsMs = this.#nowMs + (fate.ending?.afterMs ?? Infinity);
    this.#bytesLeft = fate.ending?.afterBytes ?? Infinity;
  }

  get #nowMs(): number {
    return this.#reading.world.clock.now();
  }

  async *chunks(read: LogRead, bytesMax: number, follow: boolean): AsyncGenerator<Buffer> {
    const log = this.#log;
    let { bytes, next } = log.read(read, this.#nowMs);
    bytes = bytes.subarray(0, bytesMax);
    for (;;) {
      yield* this.#cut(bytes);
      if (this.#bytesLeft <= 0 || this.#nowMs >= this.#endsMs) return await this.#end();
      if (!follow || this.#isOver(next)) return;
      await this.#news(Math.min(log.dueMs(next) + this.#fate.delayMs, this.#endsMs));
      if (log.isUnreachable) await this.#aborted;
      const isGone = log.removedMs <= this.#nowMs;
      if (isGone && !this.#fate.hasLastWord) throw fails('unavailable');
      const count = log.count(this.#nowMs);
      bytes = log.bytes(next, count);
      next = count;
    }
  }

  *#cut(bytes: Buffer): Generator<Buffer> {
    const { chunkBytes } = this.#fate;
    for (let at = 0; at < bytes.length && this.#bytesLeft > 0; at += chunkBytes) {
      const chunk = bytes.subarray(at, Math.min(at + chunkBytes, at + this.#bytesLeft));
      this.#bytesLeft -= chunk.length;
      yield chunk;
    }
  }

  #isOver(next: number): boolean {
    return this.#nowMs >= this.#log.endedMs && next >= this.#log.count(this.#nowMs);
  }

  async #end(): Promise<void> {
    const { kind = 'ended' } = this.#fate.ending ?? {};
    if (kind === 'cut') throw fails('unavailable');
    if (kind === 'stalled') await this.#aborted;
  }

  /** Waits until then, or until something becomes of the log. */
  async #news(untilMs: number): Promise<void> {
    const { world, network } = this.#reading;
    const { promise, resolve } = Promise.withResolvers<void>();
    const tell = (): void => network.deliver(resolve);
    const timer = untilMs < Infinity ? world.clock.setTimeout(tell, untilMs - this.#nowMs) : undefined;
    const unwatch = this.#log.watch(tell);
    try {
      await Promise.race([promise, this.#aborted]);
    } finally {
      world.clock.clearTimeout(timer);
      unwatch();
    }
  }
}
