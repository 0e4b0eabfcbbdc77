/**
 * Workers that push their lines: what their Pods are given for it, who may, and where the lines go, which is
 * our own log as records.
 */
import { randomBytes } from 'node:crypto';
import { backoffMs } from '../actors/backoff.ts';
import type { PushPolicy } from '../actors/pod/worker-pod.ts';
import { pause } from '../actors/ports.ts';
import { ClusterError, type Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import type { LineOrigin, WorkerLine } from '../logs/line.ts';
import { Sessions } from '../logs/sessions/sessions.ts';
import { readTokenKey } from '../logs/sessions/token-key.ts';
import { workerTokens, type WorkerTokens } from '../logs/sessions/worker-token.ts';
import { podOf } from '../machines/worker/context.ts';
import { workerLabels } from '../machines/worker/order.ts';
import type { PoolFace } from '../recording/recorder.ts';
import type { PushPort } from '../rpc/services/log-streaming.ts';
import { systemClock, systemRandom } from './clock.ts';
import { sessionLimitsOf } from './compose.ts';

interface PushLogs {
  /** Absent where Pods get neither endpoint nor token. */
  readonly policy?: PushPolicy;
  /** Before any Pod is made: reads the key, or makes it. Tries until the cluster answers, or everything ends. */
  openKey(ending: AbortSignal): Promise<void>;
  portOf(pool: PoolFace): PushPort;
}

export function pushLogs(settings: Settings, cluster: Cluster, log: Logger): PushLogs {
  const { WORKER_LOG_ENDPOINT: endpoint, WORKER_TOKEN_KEY: givenKey } = settings;
  let tokens: WorkerTokens | undefined = givenKey === '' ? undefined : workerTokens(givenKey);
  const sessions = new Sessions({
    limits: sessionLimitsOf(settings),
    now: () => systemClock.now(),
    sink: async (lines) => {
      for (const line of lines) record(log, line);
    },
  });
  const tokenOf = (workerId: string): string => {
    if (!tokens) throw new Error('the key of the workers is not known yet');
    return tokens.tokenOf(workerId);
  };
  return {
    ...(endpoint === '' ? {} : { policy: { endpoint, tokenOf } }),
    async openKey(ending) {
      // Without an endpoint no Pod has a token, so none can be shown.
      if (endpoint === '' || tokens) return;
      const key = await untilKey(cluster, log, ending);
      if (key !== undefined) tokens = workerTokens(key);
    },
    portOf: (pool) => ({
      sessions,
      isFrom: (workerId, header) => tokens?.isFrom(workerId, header) ?? false,
      originOf: (workerId) => originOf(pool, cluster.namespace, workerId),
    }),
  };
}

async function untilKey(cluster: Cluster, log: Logger, ending: AbortSignal): Promise<string | undefined> {
  for (let tries = 0; !ending.aborted; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await readTokenKey(cluster.records, () => randomBytes(32).toString('base64url'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ reason }, "the key of the workers' tokens cannot be read yet; no worker starts before");
      const retryAfterMs = error instanceof ClusterError ? error.retryAfterMs : undefined;
      // oxlint-disable-next-line no-await-in-loop -- the rest between two
      await pause(systemClock, backoffMs(tries, systemRandom, retryAfterMs), ending);
    }
  }
  return undefined;
}

function record(log: Logger, { origin, stream, seq, time, source, text, gap }: WorkerLine): void {
  const { podName, taskId } = origin;
  const fields = { podName, taskId, source, stream, seq, time, ...(gap ? { gap } : {}) };
  if (gap) log.warn(fields, text);
  else log.info(fields, text);
}

/** @returns undefined where no such worker lives */
function originOf(pool: PoolFace, namespace: string, workerId: string): LineOrigin | undefined {
  const context = pool.getSnapshot().context.registry.workers.get(workerId)?.getSnapshot().context;
  if (!context) return undefined;
  const { order, slot } = context;
  const pod = podOf(context);
  return {
    workerId,
    taskId: order.taskId,
    pipelineId: order.stage?.pipelineId ?? '',
    stageId: order.stage?.stageId ?? '',
    podName: slot.podName,
    podUid: pod?.uid ?? '',
    namespace,
    nodeName: pod?.nodeName ?? '',
    createdAt: pod?.createdAt ?? order.acceptedAt,
    labels: workerLabels(order.ledger.name, slot),
  };
}
