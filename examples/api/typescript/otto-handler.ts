import { Server, ServerCredentials, type ServerDuplexStream, type handleUnaryCall } from '@grpc/grpc-js';
import type { WorkerLogBatch, WorkerLogEntry } from 'ottoscaler';
import { serviceOf } from './protos.ts';

/** The last number of each stream: a line whose number is not higher was here before. A database would keep it. */
const lastOf = new Map<string, number>();

function keep({ worker_id, message, metadata }: WorkerLogEntry): void {
  const stream = metadata['otto.stream'] ?? '';
  const number = Number(metadata['otto.seq']);
  if (number <= (lastOf.get(stream) ?? 0)) return;
  lastOf.set(stream, number);
  console.log('line', worker_id, metadata['otto.gap'] === undefined ? message : `(${metadata['otto.gap']})`);
}

/** Each message is answered with its number on the stream: ACK = kept, RETRY = again later, DROP = never again. */
async function answerEach<In>(
  call: ServerDuplexStream<In, object>,
  take: (message: In) => void,
): Promise<void> {
  let sequence = 0;
  try {
    for await (const message of call as AsyncIterable<In>) {
      take(message);
      call.write({ status: 'ACK', sequence: ++sequence });
    }
    call.end();
  } catch {
    // The caller went away. It comes again, with what was not answered.
  }
}

const forwardWorkerLogs = (call: ServerDuplexStream<WorkerLogEntry, object>) => void answerEach(call, keep);
const forwardWorkerLogBatches = (call: ServerDuplexStream<WorkerLogBatch, object>) =>
  void answerEach(call, ({ entries }) => entries.forEach(keep));

const notifyWorkerStatus: handleUnaryCall<Record<string, string>, object> = ({ request }, answer) => {
  console.log('notice', request['worker_id'], request['status'], request['reason']);
  answer(null, { status: 'RECEIVED' });
};

const server = new Server();
server.addService(serviceOf('otto_handler_log_service.proto', 'OttoHandlerLogService').service, {
  forwardWorkerLogs,
  forwardWorkerLogBatches,
  notifyWorkerStatus,
});
const address = process.env['GRPC_ADDRESS'] ?? '127.0.0.1:50051';
server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`otto-handler listens on port ${port}`);
});
