/**
 * Stands before every method: a call is judged when its headers are there, before a byte of its message is read.
 *
 * Calls that go on are judged again when credentials change or expire, and end where they would not be let in now. Of
 * one peer only so many are under way at a time.
 */
import {
  Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  ServerListenerBuilder,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { Credential } from '../../config/credentials-file.ts';
import { RpcError, statusNumber } from '../status.ts';
import { authorize, type Shown } from './authorize.ts';

export interface GuardOptions {
  /** Who may call, as it is now; undefined = everybody who can connect. */
  readonly credentials: () => readonly Credential[] | undefined;
  readonly callsPerPeerMax: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Somebody was refused: for the log. Shows no credential. */
  readonly refused: (method: string, peer: string, why: string) => void;
}

interface OpenCall {
  readonly path: string;
  readonly shown: Shown;
  readonly end: (error: RpcError) => void;
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #open = new Set<OpenCall>();
  readonly #perPeer = new Map<string, number>();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  readonly interceptor: ServerInterceptor = ({ path }, call) => {
    const peer = peerOf(call);
    let leave = notThere;
    const end = (error: RpcError): void => {
      leave();
      call.sendStatus({ code: statusNumber(error.code), details: error.message, metadata: new Metadata() });
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        const shown = { authorization: headerOf(metadata), certificate: certificateOf(call) };
        try {
          leave = this.#enter(peer, { path, shown, end });
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          this.#options.refused(path, peer, error.message);
          return end(error);
        }
        next(metadata);
      })
      .withOnCancel(() => leave())
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((status, next) => {
        leave();
        next(status);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };

  /** Credentials may have changed, or the time: calls that would not be let in now end. */
  lookAgain(): void {
    for (const { path, shown, end } of this.#open) {
      try {
        this.#judge(path, shown);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        end(error);
      }
    }
  }

  #judge(path: string, shown: Shown): void {
    const { credentials, now } = this.#options;
    const all = credentials();
    if (all) authorize(path, shown, all, now());
  }

  /** @returns how to leave, once or more. @throws RpcError */
  #enter(peer: string, call: OpenCall): () => void {
    this.#judge(call.path, call.shown);
    const { callsPerPeerMax } = this.#options;
    const count = this.#perPeer.get(peer) ?? 0;
    if (count >= callsPerPeerMax)
      throw new RpcError('RESOURCE_EXHAUSTED', `${callsPerPeerMax} calls of ${peer} are under way already`);
    this.#perPeer.set(peer, count + 1);
    this.#open.add(call);
    return () => {
      if (!this.#open.delete(call)) return;
      const left = (this.#perPeer.get(peer) ?? 1) - 1;
      if (left > 0) this.#perPeer.set(peer, left);
      else this.#perPeer.delete(peer);
    };
  }
}

const notThere = (): void => {};

/** Its address without the port, which differs for each connection. */
function peerOf(call: ServerInterceptingCallInterface): string {
  return call.getPeer().replace(/:\d+$/, '');
}

function headerOf(metadata: Metadata): string {
  const [header] = metadata.get('authorization');
  return typeof header === 'string' ? header : '';
}

function certificateOf(call: ServerInterceptingCallInterface): string {
  const name = call.getAuthContext().sslPeerCertificate?.subject?.CN;
  return typeof name === 'string' ? name : '';
}
