/** Workers that push their lines: what their Pods are given for it, and who may. */
import { randomBytes } from 'node:crypto';
import { backoffMs } from '../actors/backoff.ts';
import type { PushPolicy } from '../actors/pod/worker-pod.ts';
import { pause } from '../actors/ports.ts';
import { ClusterError, type Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import { messageOf } from '../error-message.ts';
import type { Logger } from '../log.ts';
import type { LineOrigin } from '../logs/line.ts';
import { Sessions } from '../logs/sessions/sessions.ts';
import { readTokenKey } from '../logs/sessions/token-key.ts';
import { workerTokens, type WorkerTokens } from '../logs/sessions/worker-token.ts';
import { podOf } from '../machines/worker/context.ts';
import type { PoolFace } from '../recording/recorder.ts';
import type { PushPort } from '../rpc/services/log-streaming.ts';
import { systemClock, systemRandom } from './clock.ts';
import { sessionLimitsOf } from './compose.ts';
import type { OutputPlaces } from './output-places.ts';
import type { WorkerAuthority } from './worker-authority.ts';

interface PushLogs {
  /** Absent where Pods get neither endpoint nor token. */
  readonly policy?: PushPolicy;
  /** Before any Pod is made: reads the key, or makes it. Tries until the cluster answers, or everything ends. */
  openKey(ending: AbortSignal): Promise<void>;
  portOf(pool: PoolFace): PushPort;
  /** How many workers push. */
  readonly sessions: () => number;
}

interface PushDeps {
  readonly cluster: Cluster;
  readonly log: Logger;
  readonly output: OutputPlaces;
  readonly authority: WorkerAuthority | undefined;
}

export function pushLogs(settings: Settings, { cluster, log, output, authority }: PushDeps): PushLogs {
  const { WORKER_LOG_ENDPOINT: endpoint, WORKER_TOKEN_KEY: givenKey } = settings;
  let tokens: WorkerTokens | undefined = givenKey === '' ? undefined : workerTokens(givenKey);
  const sessions = new Sessions({
    limits: sessionLimitsOf(settings),
    now: () => systemClock.now(),
    sink: output.sink,
  });
  const tokenOf = (workerId: string): string => {
    if (!tokens) throw new Error('the key of the workers is not known yet');
    return tokens.tokenOf(workerId);
  };
  return {
    ...(endpoint === ''
      ? {}
      : {
          policy: { endpoint, tokenOf, ...(authority ? { authority: () => authority.value } : {}) },
        }),
    async openKey(ending) {
      // Without an endpoint no Pod has a token, so none can be shown.
      if (endpoint === '' || tokens) return;
      const key = await untilKey(cluster, log, ending);
      if (key !== undefined) tokens = workerTokens(key);
    },
    sessions: () => sessions.size,
    portOf: (pool) => ({
      sessions,
      isFrom: (workerId, header) => tokens?.isFrom(workerId, header) ?? false,
      originOf: (workerId) => originOf(pool, output, workerId),
    }),
  };
}

async function untilKey(cluster: Cluster, log: Logger, ending: AbortSignal): Promise<string | undefined> {
  for (let tries = 0; !ending.aborted; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await readTokenKey(cluster.records, () => randomBytes(32).toString('base64url'));
    } catch (error) {
      const reason = messageOf(error);
      log.error({ reason }, "the key of the workers' tokens cannot be read yet; no worker starts before");
      const retryAfterMs = error instanceof ClusterError ? error.retryAfterMs : undefined;
      // oxlint-disable-next-line no-await-in-loop -- the rest between two
      await pause(systemClock, backoffMs(tries, systemRandom, retryAfterMs), ending);
    }
  }
  return undefined;
}

/** @returns undefined where no such worker lives */
function originOf(pool: PoolFace, output: OutputPlaces, workerId: string): LineOrigin | undefined {
  const context = pool.getSnapshot().context.registry.workers.get(workerId)?.getSnapshot().context;
  if (!context) return undefined;
  const { order, slot } = context;
  return output.origins?.of({ order, slot, pod: podOf(context) });
}
