/** The bare log server of `logs-agent.ts`: answers each line, and counts those that come in order. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { logStreamingService } from '../src/rpc/contract.ts';
import type { LogEntry__Output } from '../src/rpc/generated/ottoscaler/v1/LogEntry.ts';
import type { LogResponse } from '../src/rpc/generated/ottoscaler/v1/LogResponse.ts';
import { answerParent } from './support/answer-parent.ts';

export interface LogServerReport {
  /** Lines of stdout that had the number and the text that were next. */
  readonly inOrder: number;
  /** From the first to the last. */
  readonly seconds: number;
}

let inOrder = 0;
let firstMs = 0;
let lastMs = 0;
const config = { rate_limit: 10_000_000, buffer_size: 2_000, max_message_size: 1_024 };

const server = new Server({ 'grpc.enable_channelz': 0 });
server.addService(logStreamingService, {
  RegisterWorker: (_: unknown, callback: (error: null, response: object) => void) =>
    callback(null, { status: 'SUCCESS', config }),
  StreamLogs: (call: ServerDuplexStream<LogEntry__Output, LogResponse>) => {
    call.on('data', ({ metadata, message }: LogEntry__Output) => {
      const sequence = Number(metadata['otto.seq']);
      if (sequence === inOrder + 1 && message === `line ${sequence}`) inOrder += 1;
      lastMs = performance.now();
      firstMs ||= lastMs;
      call.write({ status: 'ACK', sequence });
    });
    call.on('end', () => call.end());
    call.on('error', () => {});
  },
});

answerParent(async (request) => {
  if (request === 'listen') {
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return { port };
  }
  if (request === 'reset') inOrder = firstMs = lastMs = 0;
  return { inOrder, seconds: (lastMs - firstMs) / 1_000 } satisfies LogServerReport;
});
