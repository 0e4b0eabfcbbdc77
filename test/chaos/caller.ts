/**
 * A client as it has to be: it sends its command again until it is answered, and attaches to its run again
 * until it has read the end. Any refusal but "not now" is not for it to bear.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { OttoscalerClientError, type OttoscalerClient } from '../../src/rpc/client.ts';
import type { PipelineProgress__Output } from '../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest } from '../../src/rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import type { Dice } from '../support/dice.ts';

export type Progress = PipelineProgress__Output;
export type Run = PipelineRequest & { readonly pipeline_id: string };

/** The chance that a reader begins again from the first event instead of where it was. */
const fromTheStart = 0.3;
const lookEveryMs = 150;
/** A stream that says nothing for so long is opened again. */
const streamMs = 60_000;
export const callMs = 25_000;

/** @param stillHoping throws where there was none for long enough */
type FindServer = (stillHoping: () => void) => Promise<OttoscalerClient>;

export class Caller {
  /** How often a call had to be sent again. */
  resent = 0;
  #deadlineMs = Infinity;
  readonly #server: FindServer;
  readonly #dice: Dice;
  readonly #signal: AbortSignal;

  constructor(server: FindServer, dice: Dice, signal: AbortSignal) {
    this.#server = server;
    this.#dice = dice;
    this.#signal = signal;
  }

  /** Until it is called, a client waits as long as it takes: nothing says how soon one gets through the chaos. */
  expectAnEndWithin(ms: number): void {
    this.#deadlineMs = performance.now() + ms;
  }

  async ask<Answer>(what: string, call: (client: OttoscalerClient) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      this.#signal.throwIfAborted();
      try {
        return await call(await this.#server(() => this.#stillHoping(`no process listens for ${what}`)));
      } catch (error) {
        if (!mayTryAgain(error)) throw error;
        this.#stillHoping(`no answer to ${what}: ${String(error)}`);
        this.resent += 1;
      }
      await pause(lookEveryMs);
    }
  }

  /** Asks until the answer is as wished. */
  async until<Answer>(
    what: string,
    call: (client: OttoscalerClient) => Promise<Answer>,
    holds: (answer: Answer) => boolean,
  ): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(what, call);
      if (holds(answer)) return answer;
      this.#stillHoping(`never saw ${what}, but ${JSON.stringify(answer)}`);
      await pause(lookEveryMs);
    }
  }

  #stillHoping(otherwise: string): void {
    this.#signal.throwIfAborted();
    if (performance.now() > this.#deadlineMs) throw new Error(otherwise);
  }

  /**
   * All events of a run, read in as many pieces as it takes. `events` grows meanwhile.
   * @throws Error where two readings differ, or events are missing.
   */
  async follow(run: Run, events: Progress[] = []): Promise<readonly Progress[]> {
    await this.ask(`the end of ${run.pipeline_id}`, async (client) => {
      const after = this.#dice() < fromTheStart ? 0 : events.length;
      const stream = client.executePipeline(
        { ...run, after_sequence: after },
        { signal: this.#signal, timeoutMs: streamMs },
      );
      let at = after;
      for await (const event of stream) keep(events, event, at++);
      if (!isFinal(events.at(-1)))
        throw new Error(`the events of ${run.pipeline_id} end without a final one`);
    });
    return events;
  }
}

function keep(events: Progress[], event: Progress, at: number): void {
  if (event.sequence !== at + 1)
    throw new Error(`event ${at + 1} of ${event.pipeline_id} has number ${event.sequence}`);
  const before = events[at];
  if (before === undefined) events.push(event);
  else if (!isDeepStrictEqual(before, event))
    throw new Error(`${JSON.stringify(before)} became ${JSON.stringify(event)}`);
}

/** A crash must never turn into a refusal of another kind. */
function mayTryAgain(error: unknown): boolean {
  if (!(error instanceof OttoscalerClientError)) return false;
  return error.code === 'UNAVAILABLE' || error.code === 'CANCELLED' || error.code === 'DEADLINE_EXCEEDED';
}

const ends: ReadonlySet<string> = new Set([
  'STAGE_COMPLETED',
  'STAGE_FAILED',
  'STAGE_CANCELLED',
  'STAGE_SKIPPED',
]);

export const isEnd = ({ status }: Progress) => ends.has(status);

export function isFinal(event: Progress | undefined): boolean {
  return event !== undefined && event.stage_id === '' && isEnd(event);
}
