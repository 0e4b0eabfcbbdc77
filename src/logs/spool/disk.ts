/**
 * The one folder that the spool owns, as small as it needs it.
 *
 * Every call may reject, and what was asked may have happened wholly, partly or not at all: the spool finds out by
 * reading again. Names are plain file names. Nothing else writes into the folder while the lock is held.
 */
export interface Disk {
  /** Keeps every other process out until it is released or this process ends. Rejects where another holds it. */
  lock(): Promise<void>;
  unlock(): Promise<void>;
  files(): Promise<readonly DiskFile[]>;
  /** @returns fewer bytes where the file ends before */
  read(name: string, offset: number, length: number): Promise<Buffer>;
  /** At the end of the file, which begins to be there with its first bytes. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** What was appended survives the machine, too. */
  sync(name: string): Promise<void>;
  /** All of the file at once: afterwards it is the old one or the new one, and durable. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  truncate(name: string, length: number): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface DiskFile {
  readonly name: string;
  readonly bytes: number;
}
