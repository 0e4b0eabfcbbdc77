/**
 * When a run is to be cancelled, and when it is no longer waited for.
 *
 * The first interrupt and -timeout ask the server to cancel; the run is then
 * shown to its end. An interrupt after that goes further, to a cancel that
 * terminates what runs, and the next one leaves at once. After -timeout a
 * cancelled run is waited for with a bound of its own.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OttoscalerClientError } from '../../rpc/client.ts';
import type { CancelMode as WireMode } from '../../rpc/generated/ottoscaler/v1/CancelMode.ts';
import { elapsed } from '../duration.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { escaped } from '../printable.ts';
import type { PipelineClient } from './pipeline-client.ts';
import type { CancelMode } from './pipeline-options.ts';

/** Why the tool ends before the run does. */
export class LeavingError extends Error {
  override readonly name = 'LeavingError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

export interface CancelControlOptions {
  readonly client: Pick<PipelineClient, 'cancelPipeline'>;
  readonly pipelineId: string;
  /** How the first interrupt cancels; absent: it only leaves. */
  readonly mode: CancelMode | undefined;
  readonly timeoutMs: number | undefined;
  readonly notice: (sentence: string) => void;
  /** For tests. */
  readonly patience?: Patience;
}

interface Patience {
  /** How long a cancelled run is shown after -timeout. */
  readonly endingMs: number;
  /** How long a server that is away is asked to cancel. */
  readonly askingMs: number;
  readonly pauseMs: number;
}

const patienceDefault: Patience = { endingMs: 60_000, askingMs: 30_000, pauseMs: 500 };
const callTimeoutMs = 10_000;

export const wireModes: Readonly<Record<CancelMode, Extract<WireMode, string>>> = {
  now: 'CANCEL_NOW',
  'finish-running': 'CANCEL_FINISH_RUNNING',
  'run-finally': 'CANCEL_RUN_FINALLY',
};

export class CancelControl {
  readonly #options: CancelControlOptions;
  readonly #patience: Patience;
  readonly #leave = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #accepted = false;
  /** What was asked for last. */
  #mode: CancelMode | undefined;
  #confirmed = false;
  #exitCode: ExitCode | undefined;

  constructor(options: CancelControlOptions) {
    this.#options = options;
    this.#patience = options.patience ?? patienceDefault;
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) this.#timers.push(setTimeout(() => this.#timeOut(timeoutMs), timeoutMs));
  }

  /** Fires with a LeavingError when the run is no longer waited for. */
  get signal(): AbortSignal {
    return this.#leave.signal;
  }

  /** What the process ends with, whatever becomes of the run; undefined where that decides. */
  get exitCode(): ExitCode | undefined {
    return this.#exitCode;
  }

  /** The server has told of the run. */
  accepted(): void {
    this.#accepted = true;
  }

  interrupt(exitCode: ExitCode): void {
    const { mode } = this.#options;
    this.#exitCode ??= exitCode;
    if (mode === undefined && this.#mode === undefined) this.#left('no longer watching; the run goes on');
    else if (this.#mode === undefined) this.#ask(mode ?? 'now', 'interrupted');
    else if (this.#mode !== 'now') this.#ask('now', 'interrupted again');
    else if (this.#confirmed) this.#left('left; the run goes on being cancelled');
    else this.#left('left; whether the run has heard of its cancel is unknown');
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #timeOut(timeoutMs: number): void {
    this.#exitCode ??= exitCodes.timeout;
    if (this.#options.mode === undefined) {
      this.#left(`the run did not end within ${elapsed(timeoutMs)}; it goes on`);
      return;
    }
    const { endingMs } = this.#patience;
    const bound = setTimeout(() => {
      this.#left(`the run did not end within ${elapsed(endingMs)} of its cancel; it goes on being cancelled`);
    }, endingMs);
    this.#timers.push(bound);
    if (this.#mode !== 'now') this.#ask('now', `-timeout of ${elapsed(timeoutMs)} elapsed`);
  }

  #left(sentence: string): void {
    this.#leave.abort(new LeavingError(this.#exitCode ?? exitCodes.interrupted, sentence));
  }

  #ask(mode: CancelMode, reason: string): void {
    this.#mode = mode;
    this.#options.notice(`${reason}; cancelling the run (${mode})`);
    void this.#cancel(mode, reason);
  }

  /** Never rejects: what goes wrong is said, or ends the waiting. */
  async #cancel(mode: CancelMode, reason: string): Promise<void> {
    const { client, pipelineId, notice } = this.#options;
    const request = { pipeline_id: pipelineId, mode: wireModes[mode], reason, triggered_by: 'test-pipeline' };
    const untilMs = performance.now() + this.#patience.askingMs;
    while (!this.signal.aborted) {
      try {
        const call = { timeoutMs: callTimeoutMs, signal: this.signal };
        const { message } = await client.cancelPipeline(request, call);
        this.#confirmed = true;
        notice(escaped(message));
        return;
      } catch (error) {
        if (this.signal.aborted) return;
        if (!(error instanceof OttoscalerClientError)) throw error;
        // It has ended meanwhile: its last event is on its way.
        if (error.code === 'FAILED_PRECONDITION') return;
        if (!this.#accepted) {
          this.#left('interrupted before anything was heard of the run; whether it was accepted is unknown');
          return;
        }
        const isAway =
          error.code === 'UNAVAILABLE' || error.code === 'CANCELLED' || error.code === 'DEADLINE_EXCEEDED';
        notice(`cannot cancel the run${isAway ? ' yet' : ''}: ${escaped(error.message)}`);
        if (!isAway || performance.now() > untilMs) return;
        await pause(this.#patience.pauseMs);
      }
    }
  }
}
