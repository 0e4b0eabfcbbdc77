/**
 * Lets a handler answer a stream of messages with a stream of answers, many at a time.
 *
 * Memory is bounded on both sides: a caller that sends faster than it is answered is made to wait by the
 * transport, and a caller that reads no answers stops being read.
 */
import { once } from 'node:events';
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { type CallContext, failureOf, openCall } from './call-context.ts';
import { type ReportUnexpected, toServiceError } from './status.ts';

interface BidiCall<Message, Answer, Item> {
  /** As many items wait to be answered before the caller has to. */
  readonly waitingMax: number;
  /** Takes what is needed of a message, at once. @throws RpcError, which ends the call */
  read(message: Message): Item;
  /** Answers all that wait, in their order. */
  answer(items: readonly Item[]): Promise<readonly Answer[]>;
  /** Items that were read and are not answered, since the call is over. */
  forget(items: readonly Item[]): void;
}

export type BidiHandler<Message, Answer, Item> = (context: CallContext) => BidiCall<Message, Answer, Item>;

/** @param ending ends every stream with its reason, an RpcError: a stream left open would keep the server open */
export function bidiStream<Message, Answer, Item>(
  handler: BidiHandler<Message, Answer, Item>,
  reportUnexpected: ReportUnexpected,
  ending?: AbortSignal,
): handleBidiStreamingCall<Message, Answer> {
  return (call) => {
    const { context, close } = openCall(call, ending);
    const converse = async () => {
      try {
        await answerAll(call, handler(context), context.signal);
        close();
        call.end();
      } catch (thrown) {
        close();
        // The stream's own `error` listener makes this the call's status and ends it.
        call.emit('error', toServiceError(failureOf(thrown, context.signal), reportUnexpected));
      }
    };
    void converse();
  };
}

async function answerAll<Message, Answer, Item>(
  call: ServerDuplexStream<Message, Answer>,
  conversation: BidiCall<Message, Answer, Item>,
  signal: AbortSignal,
): Promise<void> {
  const inbox = new Inbox<Item>();
  call.on('data', (message: Message) => {
    try {
      if (!inbox.isClosed && inbox.push(conversation.read(message)) >= conversation.waitingMax) call.pause();
    } catch (error) {
      inbox.close(error);
    }
  });
  call.once('end', () => inbox.close());
  const onAbort = () => inbox.close(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- for the next that arrive
      const items = await inbox.take();
      if (!items) break;
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await writeAll(call, await conversation.answer(items), signal);
      call.resume();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    conversation.forget(inbox.empty());
  }
}

/** What has arrived and is not being answered yet. */
class Inbox<Item> {
  #items: Item[] = [];
  #end: { readonly error: unknown } | undefined;
  #arrival = Promise.withResolvers<void>();

  get isClosed(): boolean {
    return this.#end !== undefined;
  }

  /** @returns how many wait */
  push(item: Item): number {
    this.#items.push(item);
    this.#arrival.resolve();
    return this.#items.length;
  }

  /** Nothing more arrives. @param error what `take` throws once it has given out what came before */
  close(error?: unknown): void {
    this.#end ??= { error };
    this.#arrival.resolve();
  }

  /** @returns all that wait, as soon as there is one; undefined at the end */
  async take(): Promise<readonly Item[] | undefined> {
    await this.#arrival.promise;
    const items = this.empty();
    if (items.length > 0 || !this.#end) return items;
    if (this.#end.error !== undefined) throw this.#end.error;
    return undefined;
  }

  empty(): readonly Item[] {
    const items = this.#items;
    this.#items = [];
    if (!this.#end) this.#arrival = Promise.withResolvers();
    return items;
  }
}

async function writeAll<Message, Answer>(
  call: ServerDuplexStream<Message, Answer>,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<void> {
  for (const answer of answers) {
    signal.throwIfAborted();
    // oxlint-disable-next-line no-await-in-loop -- until the caller has read
    if (!call.write(answer)) await once(call, 'drain', { signal });
  }
}
