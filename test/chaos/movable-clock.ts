/**
 * The wall clock of the process under test, an hour ahead or behind, by Debian's libfaketime. Its monotonic clock
 * stays true, as it does where NTP or a person moves a real clock; the machine's own clock is never touched.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const places = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
];

export class MovableClock implements AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  constructor(library: string, file: string) {
    this.#file = file;
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Takes effect within a second. */
  async set(hours: number): Promise<void> {
    const whole = `${this.#file}.next`;
    await writeFile(whole, `${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3_600}\n`);
    await rename(whole, this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(path.dirname(this.#file), { recursive: true, force: true });
  }
}

/** @returns undefined where libfaketime is not installed. */
export async function movableClock(): Promise<MovableClock | undefined> {
  const library = places.find((place) => existsSync(place));
  if (library === undefined) return undefined;
  const clock = new MovableClock(
    library,
    path.join(await mkdtemp(path.join(tmpdir(), 'otto-clock-')), 'now'),
  );
  await clock.set(0);
  return clock;
}
