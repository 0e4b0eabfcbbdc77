/** otto-handler as the relay sees it: one stream of messages, each answered by its number. */
import type { WorkerLine } from '../line.ts';
import type { Answer } from './window-limits.ts';

/** `batches`: many lines a message (ours). `lines`: one, as the platform has it. */
export type ForwardMode = 'batches' | 'lines';

export interface HandlerEvents {
  /** `sequence` is taken for the number of the message on this stream, from 1. */
  answered(answer: Answer): void;
  /** There is room again after a `send` that told otherwise. */
  drained(): void;
  /** Once, however it ended; nothing is told afterwards. */
  ended(end: ForwardEnd): void;
}

export interface ForwardEnd {
  /** otto-handler does not know the call. */
  readonly isUnimplemented: boolean;
  readonly reason: string;
}

export interface HandlerStream {
  /** @returns false where no more should be sent before `drained`; these lines are on their way all the same */
  send(lines: readonly WorkerLine[]): boolean;
  /** Nothing more is sent. */
  end(): void;
  /** `ended` is told soon. */
  cancel(): void;
}

export interface HandlerLink {
  open(mode: ForwardMode, events: HandlerEvents): HandlerStream;
}
