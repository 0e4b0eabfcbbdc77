/**
 * Calls otto-handler: the stream of log lines, and notices of workers' lives.
 *
 * Decides nothing: it says what was answered and how a stream ended. Answers of a status that is none of the
 * contract's name no message.
 */
import { status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import type {
  ForwardMode,
  HandlerEvents,
  HandlerLink,
  HandlerStream,
} from '../../logs/relay/handler-link.ts';
import { ottoHandlerLogService, OttoHandlerLogServiceClient } from '../contract.ts';
import type { LogForwardResponse__Output } from '../generated/ottoscaler/v1/LogForwardResponse.ts';
import type { WorkerStatusAck__Output } from '../generated/ottoscaler/v1/WorkerStatusAck.ts';
import type { WorkerStatusNotification } from '../generated/ottoscaler/v1/WorkerStatusNotification.ts';
import { plaintext, type HandlerCredentials } from '../security/handler-credentials.ts';
import { tlsFailure } from '../security/tls-failure.ts';
import { encodeBatch, encodeEntry } from './encode-entry.ts';

export interface HandlerClient extends HandlerLink {
  /** @returns what was answered. Rejects with an Error that says why where nothing was. */
  notify(
    notification: WorkerStatusNotification,
    timeoutMs: number,
  ): Promise<WorkerStatusAck__Output['status']>;
  close(): void;
}

/** A dead connection is noticed within a minute; who retries, and when, is the caller's. */
const channelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
};

const asIs = (bytes: Buffer): Buffer => bytes;

/** @param address `host:port`; nothing is contacted before the first call */
export function createHandlerClient(address: string, shown: HandlerCredentials = plaintext): HandlerClient {
  const client = new OttoHandlerLogServiceClient(address, shown.channel, {
    ...channelOptions,
    ...shown.options,
  });
  const reasonOf = ({ code, details }: Pick<ServiceError, 'code' | 'details'>): string => {
    const tls = tlsFailure(details, shown.isEncrypted);
    if (tls !== undefined) return `otto-handler at ${address} ${tls}; see the settings OTTO_HANDLER_TLS_…`;
    return `${status[code] ?? code}: ${details}`;
  };
  const call = (mode: ForwardMode): ClientDuplexStream<Buffer, LogForwardResponse__Output> => {
    const { ForwardWorkerLogBatches: batches, ForwardWorkerLogs: lines } = ottoHandlerLogService;
    return mode === 'batches'
      ? client.makeBidiStreamRequest(batches.path, asIs, batches.responseDeserialize)
      : client.makeBidiStreamRequest(lines.path, asIs, lines.responseDeserialize);
  };
  return {
    open: (mode, events) => forward(call(mode), mode, events, reasonOf),
    notify: (notification, timeoutMs) => {
      const { promise, resolve, reject } = Promise.withResolvers<WorkerStatusAck__Output['status']>();
      client.notifyWorkerStatus(notification, { deadline: Date.now() + timeoutMs }, (error, ack) => {
        if (error) reject(new Error(reasonOf(error), { cause: error }));
        else if (ack) resolve(ack.status);
      });
      return promise;
    },
    close: () => client.close(),
  };
}

function forward(
  call: ClientDuplexStream<Buffer, LogForwardResponse__Output>,
  mode: ForwardMode,
  events: HandlerEvents,
  reasonOf: (end: Pick<ServiceError, 'code' | 'details'>) => string,
): HandlerStream {
  call.on('data', ({ status: word, sequence, throttle_ms: throttleMs }: LogForwardResponse__Output) => {
    const isKnown = word === 'ACK' || word === 'RETRY' || word === 'DROP';
    events.answered({ status: isKnown ? word : 'RETRY', sequence: isKnown ? sequence : 0, throttleMs });
  });
  call.on('drain', () => events.drained());
  // Every error comes as a status, too.
  call.on('error', () => {});
  call.on('status', (end) => {
    events.ended({ isUnimplemented: end.code === status.UNIMPLEMENTED, reason: reasonOf(end) });
  });
  return {
    send(lines) {
      if (mode === 'batches') return call.write(encodeBatch(lines));
      let hasRoom = true;
      for (const line of lines) hasRoom = call.write(encodeEntry(line));
      return hasRoom;
    },
    end: () => {
      call.end();
    },
    cancel: () => call.cancel(),
  };
}
