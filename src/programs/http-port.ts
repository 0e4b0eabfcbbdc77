/** The port for browsers, kubelets and Prometheus, where HTTP_PORT does not say off. */
import type { Settings } from '../config/settings.ts';
import { messageOf } from '../error-message.ts';
import { healthRoutes } from '../http/health.ts';
import { startHttpServer, type HttpServer, type HttpServerOptions } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { openHttpTls } from './http-tls.ts';
import { healthOf, type HealthPorts } from './readiness.ts';

export type HttpParts = Pick<HttpServerOptions, 'routes' | 'upgrades' | 'fallback'>;

export interface HttpPort {
  /** Undefined where it is off. */
  readonly port: number | undefined;
  close(deadlineMs: number): Promise<void>;
}

const off: HttpPort = { port: undefined, close: () => Promise.resolve() };

/**
 * @param parts what others serve beside health
 * @throws Error where it cannot listen, saying where and why
 */
export async function openHttpPort(
  settings: Settings,
  deps: HealthPorts & { readonly log: Logger },
  parts: HttpParts,
): Promise<HttpPort> {
  const { HTTP_HOST: host, HTTP_PORT: port } = settings;
  if (port === 'off') return off;
  const tls = openHttpTls(settings, deps.log);
  const server = await listen({
    ...parts,
    host,
    port,
    tls,
    routes: [...healthRoutes(healthOf(deps)), ...parts.routes],
    reportUnexpected: (err) => deps.log.error({ err }, 'an HTTP request failed unexpectedly'),
  });
  return {
    port: server.port,
    async close(deadlineMs) {
      tls?.close();
      await server.close(deadlineMs);
    },
  };
}

async function listen(options: HttpServerOptions): Promise<HttpServer> {
  try {
    return await startHttpServer(options);
  } catch (cause) {
    const why = messageOf(cause);
    throw new Error(`${why} (HTTP_HOST, HTTP_PORT; HTTP_PORT=0 takes a free port, off takes none)`, {
      cause,
    });
  }
}
