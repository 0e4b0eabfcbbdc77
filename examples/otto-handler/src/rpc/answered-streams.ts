/**
 * Streams whose every message is answered, in order: read one, deal with it, write the answer, read the next.
 *
 * So nothing is read while an answer waits for its reader, and nothing piles up here: gRPC's flow control makes the
 * sender wait. (`@GrpcStreamMethod`, which hands out an Observable, reads as fast as it comes; see README.md.)
 */
import type { EventEmitter } from 'node:events';
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import { Injectable, Logger } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';

interface Open {
  readonly end: () => void;
  isBusy: boolean;
}

@Injectable()
export class AnsweredStreams {
  readonly #logger = new Logger(AnsweredStreams.name);
  readonly #open = new Set<Open>();
  #isClosing = false;

  /**
   * Resolves when the stream is over. Never rejects, because Nest lets nobody catch what a `@GrpcStreamCall` throws:
   * it would end the process.
   *
   * @param answer is given the message's number on this stream, from 1; an RpcException of it ends the stream
   */
  async serve<In, Out>(
    call: ServerDuplexStream<In, Out>,
    answer: (message: In, sequence: number) => Promise<Out>,
  ): Promise<void> {
    const open: Open = { end: () => call.end(), isBusy: false };
    this.#open.add(open);
    try {
      let sequence = 0;
      const messages: AsyncIterable<In> = call.iterator({ destroyOnReturn: false });
      for await (const message of messages) {
        if (this.#isClosing) break;
        open.isBusy = true;
        const hasRoom = call.write(await answer(message, ++sequence));
        open.isBusy = false;
        if (this.#isClosing) break;
        if (!hasRoom) await drained(call);
      }
      call.end();
    } catch (error) {
      // A caller that went away is no error: it will come again with what was not answered.
      if (!call.cancelled && !this.#isClosing) this.#fail(call, error);
    } finally {
      this.#open.delete(open);
    }
  }

  /** Ends each stream, with OK, behind the answer that is being made. */
  end(): void {
    this.#isClosing = true;
    for (const { isBusy, end } of this.#open) if (!isBusy) end();
  }

  #fail(call: EventEmitter, error: unknown): void {
    const given = error instanceof RpcException ? error.getError() : undefined;
    if (given === undefined) this.#logger.error(error);
    call.emit('error', given ?? { code: status.INTERNAL, details: 'the message could not be dealt with' });
  }
}

function drained(call: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done).off('close', done);
      resolve();
    };
    call.on('drain', done).on('close', done);
  });
}
