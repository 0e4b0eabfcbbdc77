/**
 * What proves to the API server who we are, as request headers.
 *
 * Tokens expire and are replaced, on disk or by a plugin, while we run. A source therefore answers anew for
 * every request, and forgets what it holds once the server has answered 401.
 */
import { readFile, stat } from 'node:fs/promises';

export type AuthHeaders = Readonly<Record<string, string>>;

export interface Credentials {
  headers(): Promise<AuthHeaders>;
  /** After a 401: the next {@link headers} must not come from memory. */
  forget(): void;
}

export function fixedCredentials(headers: AuthHeaders): Credentials {
  return { headers: () => Promise.resolve(headers), forget: () => undefined };
}

const fileCheckMs = 5000;

/**
 * A bearer token in a file, as the kubelet projects it. Its mtime is looked at every 5 s at most and the
 * file is read only where that changed; the kubelet replaces a symlink, which `stat` follows.
 */
export function tokenFileCredentials(path: string, nowMs: () => number): Credentials {
  let held: { readonly headers: AuthHeaders; readonly mtimeMs: number } | undefined;
  let checkedMs = -Infinity;
  return {
    async headers() {
      if (held !== undefined && nowMs() - checkedMs < fileCheckMs) return held.headers;
      checkedMs = nowMs();
      const { mtimeMs } = await stat(path);
      if (held?.mtimeMs === mtimeMs) return held.headers;
      held = { headers: bearer(await readFile(path, 'utf8')), mtimeMs };
      return held.headers;
    },
    forget() {
      held = undefined;
    },
  };
}

const pluginRestMs = 10_000;

/**
 * A client-go exec plugin. `run` knows how long its last answer is valid; with `renew` it must ask the
 * plugin again. One run serves all callers that wait for it, and a server that answers 401 to everything
 * makes us renew once in 10 s at most.
 */
export function pluginCredentials(
  run: (renew: boolean) => Promise<AuthHeaders>,
  nowMs: () => number,
): Credentials {
  let running: Promise<AuthHeaders> | undefined;
  let renew = false;
  let renewedMs = -Infinity;
  const start = (): Promise<AuthHeaders> => {
    const forced = renew;
    renew = false;
    if (forced) renewedMs = nowMs();
    return run(forced).finally(() => {
      running = undefined;
    });
  };
  return {
    headers() {
      running ??= start();
      return running;
    },
    forget() {
      if (nowMs() - renewedMs >= pluginRestMs) renew = true;
    },
  };
}

export function bearer(token: string): AuthHeaders {
  return { authorization: `Bearer ${token.trim()}` };
}
