/**
 * Who looks at the inspector, and what he may do there.
 *
 * A request shows the header `authorization`. A browser's WebSocket cannot send one, so a page offers a subprotocol
 * beside ours that holds the token, as Kubernetes has it ("base64url.bearer.authorization.k8s.io."). No cookie: those
 * of localhost are sent to every port of it, and by pages of others.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerJson } from '../http/answer-json.ts';
import { HttpRefusal } from '../http/refusal.ts';
import type { HttpRoute } from '../http/server.ts';
import type { Handshake, Session } from './protocol.ts';

const bearerPrefix: Handshake['bearerPrefix'] = 'base64url.bearer.ottoscaler.';

/** @throws HttpRefusal 401 where it is nobody who may look */
export type Admit = (request: IncomingMessage) => Session;

/** @returns what `authorization` says, or would say; '' = nothing */
export function authorizationOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  if (headers.authorization !== undefined) return headers.authorization;
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  const token = offered.find((name) => name.startsWith(bearerPrefix))?.slice(bearerPrefix.length);
  return token === undefined ? '' : `Bearer ${Buffer.from(token, 'base64url').toString('latin1')}`;
}

/** Answered to those alone who may look. */
export function admitted(admit: Admit, route: HttpRoute): HttpRoute {
  return {
    ...route,
    async handle(request, response, body) {
      admit(request);
      await route.handle(request, response, body);
    },
  };
}

/** Whom the server takes the page for. */
export function sessionRoute(admit: Admit): HttpRoute {
  return {
    method: 'GET',
    path: '/api/session',
    handle(request, response) {
      answerJson(response, 200, JSON.stringify(admit(request)));
      return Promise.resolve();
    },
  };
}

const lookEveryMs = 5_000;

/**
 * @param session as whom he was let in
 * @param ending aborts when the server ends
 * @returns a signal that aborts then, and where the visitor is not let in any more as he was: with an HttpRefusal
 */
export function whileAdmitted(
  admit: Admit,
  { name, role }: Session,
  request: IncomingMessage,
  socket: Duplex,
  ending: AbortSignal,
): AbortSignal {
  const refused = new AbortController();
  const look = () => {
    try {
      const now = admit(request);
      if (now.name !== name || now.role !== role) throw new HttpRefusal(401, 'It has another role now.');
    } catch (error) {
      refused.abort(error);
    }
  };
  const timer = setInterval(look, lookEveryMs);
  socket.once('close', () => clearInterval(timer));
  return AbortSignal.any([ending, refused.signal]);
}
