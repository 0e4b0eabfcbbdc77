/** How a client of ours shows who it is, and how it knows the server. */
import {
  credentials,
  InterceptingCall,
  type ChannelCredentials,
  type ClientOptions,
  type Interceptor,
} from '@grpc/grpc-js';

export interface ClientCredentials {
  /** Bearer token. A function is asked for it at every call, so that the token may be rotated. */
  readonly token?: string | (() => string) | undefined;
  /** Absent: plaintext. Empty: TLS with the authorities that Node trusts. All are PEM. */
  readonly tls?:
    | {
        readonly ca?: Buffer | undefined;
        /** With its key: what the server asks for under mTLS. */
        readonly certificate?: Buffer | undefined;
        readonly key?: Buffer | undefined;
      }
    | undefined;
}

/** @throws Error where the PEM cannot be used */
export function channelCredentials({ tls }: ClientCredentials): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  return credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.certificate ?? null);
}

/** On every call; a plaintext channel takes no call credentials of gRPC's own. */
export function tokenOptions({ token }: ClientCredentials): Pick<ClientOptions, 'interceptors'> {
  if (token === undefined || token === '') return {};
  const show: Interceptor = (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        metadata.set('authorization', `Bearer ${typeof token === 'string' ? token : token()}`);
        next(metadata, listener);
      },
    });
  return { interceptors: [show] };
}
