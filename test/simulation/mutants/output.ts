/** The data plane with one mechanism switched off. Where a part cannot be given, its method is replaced for a while. */
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';
import { providePool } from '../../../src/actors/provide.ts';
import { Continuity } from '../../../src/logs/follow/continuity.ts';
import { FollowedLines } from '../../../src/logs/follow/followed-lines.ts';
import { NoticeFile } from '../../../src/logs/notices/notice-file.ts';
import { Window } from '../../../src/logs/relay/window.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { replaced } from './with-parts.ts';

/** Whatever is sent counts as delivered. */
export const cursorOnSend = (): Disposable =>
  replaced(Window.prototype, 'next', (real) => {
    return function next(this: Window, linesMax) {
      const message = real.call(this, linesMax);
      if (message) this.answer({ status: 'ACK', sequence: message.number, throttleMs: 0 });
      return message;
    };
  });

export const retryForAck = (): Disposable =>
  replaced(Window.prototype, 'answer', (real) => {
    return function answer(this: Window, given) {
      real.call(this, given.status === 'RETRY' ? { ...given, status: 'ACK' } : given);
    };
  });

/** Whoever reads again takes every line for a new one. */
export const continuityForgotten = (): Disposable =>
  replaced(Continuity.prototype, 'judge', (real) => {
    return function judge(this: Continuity, second, print) {
      const verdict = real.call(this, second, print);
      return verdict === 'skip' ? 'deliver' : verdict;
    };
  });

/** What could not be read is not told. */
export const unreadUntold = (): Disposable => replaced(FollowedLines.prototype, 'unread', () => () => []);

export const noCrc = (): Disposable => {
  const patch = replaced(zlib, 'crc32', () => () => 0);
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      patch[Symbol.dispose]();
      syncBuiltinESMExports();
    },
  };
};

/** A notice is told while it is on its way to the disk. */
export const toldBeforeDurable = (): Disposable =>
  replaced(NoticeFile.prototype, 'write', (real) => {
    return function write(this: NoticeFile, changes, kept) {
      real.call(this, changes, kept).catch(() => undefined);
      return Promise.resolve();
    };
  });

/** A Pod is deleted without a last look at its log. */
export const noFinalRead: Compose = (ports, policy) =>
  providePool({ ...ports, witness: { ...ports.witness, drain: () => Promise.resolve() } }, policy);

const laterMs = 1_000;

/** An end is recorded first, and told when there is time. */
export const endToldLater: Compose = (ports, policy) => {
  const { clock, witness } = ports;
  const ending: typeof witness.ending = (worker, outcome) => {
    clock.setTimeout(() => void witness.ending(worker, outcome), laterMs);
    return Promise.resolve();
  };
  return providePool({ ...ports, witness: { ...witness, ending } }, policy);
};
