/**
 * The effect `drainLogs`: what the worker wrote, read once before its Pod may be deleted.
 *
 * At most the newest `bytesMax` of it; what is left out is said in place. A log that cannot be read is
 * said too and never holds up the cleanup.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import type { WorkerTarget } from '../../machines/worker/events.ts';
import type { LineSink, Log } from '../ports.ts';

export interface DrainLogsDeps {
  readonly cluster: Cluster;
  readonly lines: LineSink;
  readonly log: Log;
  readonly bytesMax: number;
}

export async function drainLogs(
  { cluster, lines, log, bytesMax }: DrainLogsDeps,
  { order, slot, pod }: WorkerTarget & { pod: ObservedPod | undefined },
): Promise<void> {
  if (!pod?.container || pod.container.kind === 'waiting' || bytesMax === 0) return;
  const write = (text: string) => lines.write({ podName: slot.podName, taskId: order.taskId, text });
  try {
    const { text, truncated } = await cluster.pods.readLog(slot.podName, bytesMax);
    if (truncated) write(`[ottoscaler: earlier output left out, only the newest ${bytesMax} bytes are kept]`);
    if (text === '') return;
    for (const line of (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')) write(line);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    log.warn(
      { podName: slot.podName, taskId: order.taskId, reason: error.message },
      'worker output could not be read',
    );
  }
}
