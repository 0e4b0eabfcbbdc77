/**
 * One connection of a worker that pushes its lines, to an Ottoscaler or an otto-handler.
 *
 * It never tries again by itself: what a failure means, and when the next connection is worth trying, is the
 * caller's to decide.
 */
import { Metadata, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { messageOf } from '../error-message.ts';
import { LogStreamingServiceClient } from './contract.ts';
import type { LogEntry } from './generated/ottoscaler/v1/LogEntry.ts';
import type { LogResponse__Output } from './generated/ottoscaler/v1/LogResponse.ts';
import type { RegistrationResponse__Output } from './generated/ottoscaler/v1/RegistrationResponse.ts';
import type { WorkerRegistration } from './generated/ottoscaler/v1/WorkerRegistration.ts';
import { certificatesIn } from './security/certificate-files.ts';
import { channelCredentials } from './security/client-credentials.ts';
import { tlsFailure } from './security/tls-failure.ts';

export type { LogEntry, RegistrationResponse__Output as Registered, WorkerRegistration };

/** Why a call ended; `code` is gRPC's name, such as UNAVAILABLE. */
export interface CallEnd {
  readonly code: string;
  readonly message: string;
  /** Where there was no connection because of TLS: what the server does, in words for a person. */
  readonly tls?: string | undefined;
}

export interface EntryStream {
  /** @returns false where the next one should wait for `drain` */
  write(entry: LogEntry): boolean;
  end(): void;
}

interface EntryStreamListener {
  answered(answer: LogResponse__Output): void;
  drained(): void;
  /** Once, whatever ended it. */
  ended(why: CallEnd): void;
}

export interface PushClient {
  /** Rejects with a {@link PushError}. */
  register(registration: WorkerRegistration, timeoutMs: number): Promise<RegistrationResponse__Output>;
  open(listener: EntryStreamListener): EntryStream;
  /** Cuts what is still open. */
  close(): void;
}

export class PushError extends Error {
  override readonly name = 'PushError';
  readonly code: string;
  readonly tls: string | undefined;

  constructor({ code, message, tls }: CallEnd) {
    super(message);
    this.code = code;
    this.tls = tls;
  }
}

const channelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // A new connection must not wait for the former one's backoff.
  'grpc.use_local_subchannel_pool': 1,
};

export interface PushServer {
  /** `host:port` */
  readonly address: string;
  /** '' = none is shown. */
  readonly token: string;
  /** PEM of the authorities that vouch for it; `system` = those that Node trusts; '' = plaintext. */
  readonly authority: string;
}

/** @throws PushError where the authority cannot be used */
export function connectPush({ address, token, authority }: PushServer): PushClient {
  const client = new LogStreamingServiceClient(address, serverCredentials(authority), channelOptions);
  const endOf = ({ code, details }: ServiceError): CallEnd => ({
    code: status[code] ?? 'UNKNOWN',
    message: details,
    tls: tlsFailure(details, authority !== ''),
  });
  const metadata = new Metadata();
  if (token !== '') metadata.set('authorization', `Bearer ${token}`);
  const cutting = new AbortController();
  return {
    register(registration, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<RegistrationResponse__Output>();
      client.registerWorker(registration, metadata, { deadline: Date.now() + timeoutMs }, (error, answer) => {
        if (error) reject(new PushError(endOf(error)));
        else if (answer) resolve(answer);
      });
      return promise;
    },
    open(listener) {
      const call = client.streamLogs(metadata);
      let isOver = false;
      const over = (why: CallEnd) => {
        if (isOver) return;
        isOver = true;
        listener.ended(why);
      };
      call.on('data', (answer: LogResponse__Output) => listener.answered(answer));
      call.on('drain', () => listener.drained());
      call.on('error', (error: ServiceError) => over(endOf(error)));
      call.on('end', () => over({ code: 'OK', message: 'the server ended the stream' }));
      cutting.signal.addEventListener('abort', () => call.cancel(), { once: true });
      return { write: (entry) => call.write(entry), end: () => call.end() };
    },
    close() {
      cutting.abort();
      client.close();
    },
  };
}

function serverCredentials(authority: string): ChannelCredentials {
  try {
    if (authority === '') return channelCredentials({});
    if (authority === 'system') return channelCredentials({ tls: {} });
    // Node itself passes over what it cannot read, and then trusts nobody.
    if (certificatesIn(authority).length === 0) throw new Error('there is no certificate in it');
    return channelCredentials({ tls: { ca: Buffer.from(authority) } });
  } catch (error) {
    const why = messageOf(error);
    throw new PushError({ code: 'INVALID_ARGUMENT', message: `the authority cannot be used: ${why}` });
  }
}
