/**
 * A disk as one process sees it: it takes its time, refuses what its plan refuses, and does nothing any more for a
 * process that was killed, whose last write may be there in part.
 */
import type { Disk, DiskFile } from '../../../src/logs/spool/disk.ts';
import { ModelDisk, type Platter } from '../../support/model-disk.ts';
import type { Inhabitant } from './peripheral.ts';
import type { SimClock } from './sim-clock.ts';

export type DiskFate =
  | { readonly kind: 'done'; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly error: 'ENOSPC' | 'EIO'; readonly tornShare: number }
  /** kill -9 in the middle of it. */
  | { readonly kind: 'killed'; readonly tornShare: number };

/** @param what the operation and its file */
export type DiskPlan = (what: string) => DiskFate;

type Writing = 'append' | 'sync' | 'replace' | 'truncate' | 'remove';

export class ProcessDisk implements Disk {
  readonly #disk: ModelDisk;
  readonly #inhabitant: Inhabitant;
  readonly #world: SimClock;
  readonly #plan: DiskPlan;

  constructor(platter: Platter, around: { inhabitant: Inhabitant; world: SimClock; plan: DiskPlan }) {
    this.#disk = new ModelDisk(platter);
    this.#inhabitant = around.inhabitant;
    this.#world = around.world;
    this.#plan = around.plan;
  }

  /** Its process is over: the kernel lets go of the lock. */
  die(): void {
    this.#disk.isDead = true;
  }

  lock(): Promise<void> {
    return this.#read(() => this.#disk.lock());
  }

  unlock(): Promise<void> {
    return this.#read(() => this.#disk.unlock());
  }

  files(): Promise<readonly DiskFile[]> {
    return this.#read(() => this.#disk.files());
  }

  read(name: string, offset: number, length: number): Promise<Buffer> {
    return this.#read(() => this.#disk.read(name, offset, length));
  }

  append(name: string, bytes: Uint8Array): Promise<void> {
    return this.#write('append', name, () => this.#disk.append(name, bytes));
  }

  sync(name: string): Promise<void> {
    return this.#write('sync', name, () => this.#disk.sync(name));
  }

  replace(name: string, bytes: Uint8Array): Promise<void> {
    return this.#write('replace', name, () => this.#disk.replace(name, bytes));
  }

  truncate(name: string, length: number): Promise<void> {
    return this.#write('truncate', name, () => this.#disk.truncate(name, length));
  }

  remove(name: string): Promise<void> {
    return this.#write('remove', name, () => this.#disk.remove(name));
  }

  async #read<T>(act: () => Promise<T>): Promise<T> {
    if (this.#inhabitant.isGone()) return never();
    return await act();
  }

  async #write(what: Writing, name: string, act: () => Promise<void>): Promise<void> {
    if (this.#inhabitant.isGone()) return never();
    const fate = this.#plan(`${what} ${name}`);
    const disk = this.#disk;
    if (fate.kind === 'done') {
      if (fate.afterMs) await this.#pass(fate.afterMs);
      if (this.#inhabitant.isGone()) return never();
      return await act();
    }
    disk.faults.tornShare = fate.tornShare;
    disk.faults.refusal = fate.kind === 'refused' ? fate.error : 'EIO';
    try {
      await act();
    } catch (error) {
      if (fate.kind === 'refused') throw error;
    } finally {
      delete disk.faults.refusal;
    }
    if (fate.kind === 'refused') return;
    this.#inhabitant.kill();
    return never();
  }

  #pass(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#world.setTimeout(() => this.#inhabitant.deliver(resolve), ms);
    return promise;
  }
}

/** What a dead process waits for. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
