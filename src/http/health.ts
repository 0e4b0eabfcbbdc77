/** /healthz and /readyz: for kubelets, and for a person with curl. The body is one sentence that says why. */
import type { HttpRoute } from './server.ts';

export interface Health {
  /** Why the process should be started again; undefined while it lives. */
  readonly sick: () => string | undefined;
  /** Why it should be asked for nothing now; undefined while it works. */
  readonly unready: () => string | undefined;
}

export function healthRoutes({ sick, unready }: Health): readonly HttpRoute[] {
  return [told('/healthz', sick, 'Ottoscaler lives.'), told('/readyz', unready, 'Ottoscaler is at work.')];
}

function told(path: string, whyNot: () => string | undefined, wellSaid: string): HttpRoute {
  return {
    method: 'GET',
    path,
    handle: async (_request, response) => {
      const why = whyNot();
      response.writeHead(why === undefined ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${why ?? wellSaid}\n`);
    },
  };
}
