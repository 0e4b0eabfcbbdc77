/** otto-handler's part in the benchmarks: a process that acknowledges every message, counts lines, tells their delay. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { ottoHandlerLogService } from '../src/rpc/contract.ts';
import type { LogBatchResponse } from '../src/rpc/generated/ottoscaler/v1/LogBatchResponse.ts';
import type { WorkerLogBatch__Output } from '../src/rpc/generated/ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerLogEntry__Output } from '../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import { answerParent } from './support/answer-parent.ts';

type Call<Message> = ServerDuplexStream<Message, LogBatchResponse>;

let lines = 0;
/** From the time that a line bears to its arrival, in ms; one of each message. */
const delaysMs: number[] = [];

function serve<Message>(linesOf: (message: Message) => number): (call: Call<Message>) => void {
  return (call) => {
    let sequence = 0;
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', (message: Message) => {
      lines += linesOf(message);
      call.write({ status: 'ACK', sequence: ++sequence });
    });
  };
}

const server = new Server({ 'grpc.enable_channelz': 0 });
server.addService(ottoHandlerLogService, {
  ForwardWorkerLogs: serve<WorkerLogEntry__Output>(() => 1),
  ForwardWorkerLogBatches: serve<WorkerLogBatch__Output>(({ entries }) => {
    delaysMs.push(Date.now() - Date.parse(entries[0]?.timestamp ?? ''));
    return entries.length;
  }),
  NotifyWorkerStatus: () => {},
});
const bound = Promise.withResolvers<number>();
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) bound.reject(error);
  else bound.resolve(port);
});

answerParent<'port' | 'lines' | 'delays'>((request) => {
  if (request === 'port') return bound.promise;
  return request === 'lines' ? lines : delaysMs;
});
