/** One API server: where it is, how to trust it, and what proves who we are. */
import type { ConnectionOptions } from 'node:tls';
import { ClusterError } from '../port.ts';
import type { Credentials } from './credentials.ts';

export interface ApiServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /** '' or a path without a slash at its end, where a proxy serves the API below one. */
  readonly basePath: string;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
  readonly credentials: Credentials;
}

/** @returns origin and base path of a server's URL; refuses to send credentials in the clear over a network. */
export function serverUrl(server: string, origin: string): Pick<ApiServer, 'origin' | 'basePath'> {
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ClusterError('unauthorized', `${origin} names a server that is no http(s) URL`);
  }
  if (url.protocol === 'http:' && !/^(127\.|localhost$|\[::1\]$)/.test(url.hostname)) {
    throw new ClusterError(
      'unauthorized',
      `${origin} names ${url.origin}: http is for loopback only, use https`,
    );
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}
