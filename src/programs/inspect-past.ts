/** `ottoscaler replay --inspect`: the inspector's page on a recording alone. Loopback only; nothing can be done. */
import { startHttpServer } from '../http/server.ts';
import { socketServer } from '../inspector/keep-alive.ts';
import type { ServerMessage } from '../inspector/protocol.ts';
import { showTape } from '../inspector/tape-socket.ts';
import { tapesRoute } from '../inspector/tapes.ts';
import { sessionRoute } from '../inspector/visitor.ts';
import { effectsOfCharts, ownVersion, pageParts } from './inspect-page.ts';
import { onlyTape } from './inspect-tapes.ts';
import { listenUntil } from './listen-until.ts';

const host = '127.0.0.1';
const visitor = { name: '', role: 'viewer' } as const;

export interface PastOnPage {
  readonly path: string;
  readonly namespace: string;
  /** 0 = a free one. */
  readonly port: number;
}

/**
 * Ends when `signal` is aborted.
 *
 * @param say told once where it is served
 * @throws PortError
 */
export async function inspectPast(
  { path, namespace, port }: PastOnPage,
  signal: AbortSignal,
  say: (url: string) => void,
): Promise<void> {
  const shelf = onlyTape(path);
  const sockets = socketServer();
  const hello = (): Extract<ServerMessage, { type: 'hello' }> => ({
    type: 'hello',
    version: ownVersion(),
    namespace,
    session: visitor,
    nowMs: Date.now(),
  });
  const open = (left: AbortSignal) => shelf.open('', left);
  const { routes, ...files } = pageParts();
  const starting = startHttpServer({
    ...files,
    host,
    port,
    routes: [...routes, sessionRoute(() => visitor), tapesRoute(() => shelf.list())],
    upgrades: [
      {
        path: '/inspect',
        take: (request, socket, head, ending) =>
          sockets.handleUpgrade(request, socket, head, (page) => {
            void showTape(page, ending, { open, hello, effectsOf: effectsOfCharts });
          }),
      },
    ],
    reportUnexpected: (error) => process.stderr.write(`ottoscaler replay: ${String(error)}\n`),
  });
  await listenUntil(signal, starting, (server) => say(`http://${host}:${server.port}/`));
}
