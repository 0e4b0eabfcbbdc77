/**
 * The spool's folder on a file system.
 *
 * The lock is SQLite's own on an empty database: a lock of the kernel, so it is gone with its process, however that
 * ended and whatever number it had, and it holds against processes in other containers and inside this one.
 */
import { mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Disk, DiskFile } from './disk.ts';

const lockName = 'lock';

export class FileDisk implements Disk {
  readonly #folder: string;
  #lock: DatabaseSync | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async lock(): Promise<void> {
    // Lines may hold whatever workers print.
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(join(this.#folder, lockName));
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (cause) {
      lock.close();
      throw new Error(`${this.#folder} is the spool of another process`, { cause });
    }
    this.#lock = lock;
    // A process that was killed may have left names of which only the machine's memory knows.
    await this.#syncFolder();
  }

  async unlock(): Promise<void> {
    this.#lock?.close();
    this.#lock = undefined;
  }

  async files(): Promise<readonly DiskFile[]> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith(lockName));
    return await Promise.all(
      names.map(async (name) => ({ name, bytes: (await stat(this.#path(name))).size })),
    );
  }

  async read(name: string, offset: number, length: number): Promise<Buffer> {
    await using file = await open(this.#path(name), 'r');
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    await using file = await open(this.#path(name), 'a', 0o600);
    await file.writeFile(bytes);
    if ((await file.stat()).size === bytes.length) await this.#syncFolder();
  }

  async sync(name: string): Promise<void> {
    await using file = await open(this.#path(name), 'r');
    await file.datasync();
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    const fresh = this.#path(`${name}.new`);
    {
      await using file = await open(fresh, 'w', 0o600);
      await file.writeFile(bytes);
      await file.datasync();
    }
    await rename(fresh, this.#path(name));
    await this.#syncFolder();
  }

  async truncate(name: string, length: number): Promise<void> {
    await truncate(this.#path(name), length);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  /** A new name is durable only with its folder. */
  async #syncFolder(): Promise<void> {
    await using folder = await open(this.#folder, 'r');
    await folder.sync();
  }
}
