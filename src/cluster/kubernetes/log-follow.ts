/**
 * One reading of a container's log, as the API server passes it on from the kubelet.
 *
 * A container that has not begun to log is no failure: its log is empty so far.
 */
import { ClusterError, type LogRead } from '../port.ts';
import type { ApiStream, Transport } from './transport.ts';

/** The answers of a kubelet, and of an API server without one, for a container that has not begun to log. */
const noLogYet =
  /is waiting to start|is not running|does not have a host assigned|ContainerCreating|PodInitializing/;

function hasNoLogYet(error: unknown): boolean {
  return error instanceof ClusterError && error.code === 'invalid' && noLogYet.test(error.message);
}

export async function* followLog(
  transport: Transport,
  podPath: string,
  name: string,
  read: LogRead,
): AsyncGenerator<Buffer> {
  const stream = await open(transport, podPath, name, read);
  if (stream === undefined) return;
  try {
    yield* stream.chunks;
  } finally {
    stream.close();
  }
}

async function open(
  transport: Transport,
  podPath: string,
  name: string,
  { container, sinceTime, tailLines, bytesMax, follow, signal }: LogRead,
): Promise<ApiStream | undefined> {
  const query = {
    container,
    timestamps: true,
    ...(follow && { follow }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...(tailLines !== undefined && { tailLines }),
    ...(bytesMax !== undefined && { limitBytes: bytesMax }),
  };
  const what = `follow the log of pod ${name}`;
  try {
    return await transport.stream(
      { method: 'GET', path: `${podPath}/log`, query, what, lane: 'logs' },
      signal,
    );
  } catch (error) {
    if (hasNoLogYet(error)) return undefined;
    throw error;
  }
}
