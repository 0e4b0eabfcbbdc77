/**
 * A disk in memory that fails as real ones do: a write may be torn, refused, or the last thing that a process did.
 */
import type { Disk, DiskFile } from '../../src/logs/spool/disk.ts';

interface ModelFile {
  bytes: Buffer;
  syncedBytes: number;
}

class Killed extends Error {}

/** What survives its processes. */
export class Platter {
  readonly files = new Map<string, ModelFile>();
  /** The most that there ever was. */
  peakBytes = 0;
  holder: ModelDisk | undefined;

  get bytes(): number {
    return [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The machine goes down: what was not synced is there or not, byte by byte from the end. */
  losePower(keep: (unsyncedBytes: number) => number): void {
    for (const file of this.files.values()) {
      const unsynced = file.bytes.length - file.syncedBytes;
      file.bytes = file.bytes.subarray(0, file.syncedBytes + keep(unsynced));
    }
  }

  /** One byte is another one. */
  rot(name: string, offset: number): void {
    const file = this.files.get(name);
    if (!file || file.bytes.length === 0) return;
    const at = offset % file.bytes.length;
    file.bytes = Buffer.from(file.bytes);
    file.bytes[at] = (file.bytes[at] ?? 0) ^ 0x5a;
  }
}

export interface Faults {
  /** The process dies in the middle of this operation that writes, counted from 1. */
  killAt?: number;
  /** How much of a write that fails was written, 0 to 1. */
  tornShare?: number;
  /** Every write is refused with this. */
  refusal?: 'ENOSPC' | 'EIO';
}

export class ModelDisk implements Disk {
  readonly faults: Faults;
  writes = 0;
  isDead = false;
  readonly #platter: Platter;

  constructor(platter: Platter, faults: Faults = {}) {
    this.#platter = platter;
    this.faults = faults;
  }

  async lock(): Promise<void> {
    if (this.#platter.holder && !this.#platter.holder.isDead)
      throw new Error('another process has the spool');
    this.#platter.holder = this;
  }

  async unlock(): Promise<void> {
    this.#platter.holder = undefined;
  }

  async files(): Promise<readonly DiskFile[]> {
    this.#live();
    return [...this.#platter.files].map(([name, { bytes }]) => ({ name, bytes: bytes.length }));
  }

  async read(name: string, offset: number, length: number): Promise<Buffer> {
    this.#live();
    const file = this.#platter.files.get(name);
    if (!file) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' });
    return Buffer.from(file.bytes.subarray(offset, offset + length));
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const file = this.#platter.files.get(name) ?? { bytes: Buffer.alloc(0), syncedBytes: 0 };
    this.#write(bytes.length, (count) => {
      file.bytes = appended(file.bytes, bytes.subarray(0, count));
      this.#platter.files.set(name, file);
    });
  }

  async sync(name: string): Promise<void> {
    this.#write(0, () => {
      const file = this.#platter.files.get(name);
      if (!file) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' });
      file.syncedBytes = file.bytes.length;
    });
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    const fresh = `${name}.new`;
    this.#write(bytes.length, (count) => {
      this.#platter.files.set(fresh, { bytes: Buffer.from(bytes.subarray(0, count)), syncedBytes: count });
    });
    // A real one takes its time, in which others may ask for the same.
    await Promise.resolve();
    this.#write(0, () => {
      const file = this.#platter.files.get(fresh);
      if (!file) throw Object.assign(new Error(`no ${fresh}`), { code: 'ENOENT' });
      this.#platter.files.set(name, file);
      this.#platter.files.delete(fresh);
    });
  }

  async truncate(name: string, length: number): Promise<void> {
    this.#write(0, () => {
      const file = this.#platter.files.get(name);
      if (!file) return;
      file.bytes = file.bytes.subarray(0, length);
      file.syncedBytes = Math.min(file.syncedBytes, length);
    });
  }

  async remove(name: string): Promise<void> {
    this.#live();
    this.#platter.files.delete(name);
  }

  #live(): void {
    if (this.isDead) throw new Killed('the process is gone');
  }

  #write(length: number, apply: (count: number) => void): void {
    this.#live();
    this.writes++;
    const { killAt, tornShare = 0, refusal } = this.faults;
    const isLast = this.writes === killAt;
    if (isLast || refusal) {
      const count = Math.floor(length * tornShare);
      if (length === 0 ? tornShare > 0.5 : count > 0) apply(count);
      this.#measure();
      if (isLast) {
        this.isDead = true;
        throw new Killed('killed');
      }
      throw Object.assign(new Error(`${refusal}: write`), { code: refusal });
    }
    apply(length);
    this.#measure();
  }

  #measure(): void {
    this.#platter.peakBytes = Math.max(this.#platter.peakBytes, this.#platter.bytes);
  }
}

/** Grows in place: a segment is appended to some hundred times. */
function appended(bytes: Buffer, more: Uint8Array): Buffer {
  const length = bytes.length + more.length;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset);
  const roomy = wholeOwners.has(bytes.buffer) && whole.length >= length ? whole : Buffer.alloc(length * 2);
  if (roomy !== whole) {
    bytes.copy(roomy);
    wholeOwners.add(roomy.buffer);
  }
  roomy.set(more, bytes.length);
  return roomy.subarray(0, length);
}

/** Memory of one file only, so that what is behind its end may be written. */
const wholeOwners = new WeakSet<ArrayBufferLike>();
