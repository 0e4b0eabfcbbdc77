/**
 * Connections to one API server in three lanes, so that neither ten thousand creates in line nor hundreds of followed
 * logs can delay the watch or a lease.
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import { Pool } from 'undici';
import { messageOf } from '../../error-message.ts';
import { ClusterError } from '../port.ts';
import type { ApiServer } from './api-server.ts';
import type { Clock } from './clock.ts';
import { Gate } from './gate.ts';

/**
 * `watch` keeps a few connections apart for what must not stand in line, `logs` those that followed logs hold for hours.
 */
export type LaneName = 'work' | 'watch' | 'logs';

export interface Lane {
  readonly pool: Pool;
  readonly gate: Gate;
}

export interface LaneOptions {
  readonly connectionsMax: number;
  readonly streamsMax: number;
  /** Logs that are read at once; default 512. */
  readonly logsMax?: number | undefined;
  /** From the start of a request to the end of its answer; of a stream, to its headers. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

const waitingMax = 20_000;
const waitMaxMs = 60_000;
/** Linux then probes every second and gives up after ten: a vanished peer is noticed within 25 s. */
const keepAliveInitialDelay = 15_000;

/** @throws ClusterError `unauthorized` where the certificates are none. */
export function openLanes(server: ApiServer, options: LaneOptions): Readonly<Record<LaneName, Lane>> {
  const context = contextOf(server);
  const open = (connections: number) => openLane(server, options, connections, context);
  return {
    work: open(options.connectionsMax),
    watch: open(options.streamsMax),
    logs: open(options.logsMax ?? 512),
  };
}

/** Certificates are read once, and not again for each of hundreds of connections: that costs 2 ms. */
function contextOf({ origin, tls }: ApiServer): SecureContext | undefined {
  if (!origin.startsWith('https:')) return undefined;
  try {
    return createSecureContext(tls);
  } catch (error) {
    throw new ClusterError(
      'unauthorized',
      `the certificates for ${origin} cannot be used: ${messageOf(error)}`,
    );
  }
}

function openLane(
  server: ApiServer,
  { requestTimeoutMs, clock }: LaneOptions,
  connections: number,
  secureContext: SecureContext | undefined,
): Lane {
  const pool = new Pool(server.origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    // One deadline over the whole exchange replaces these, which begin anew with every part of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    connect: {
      ...server.tls,
      ...(secureContext && { secureContext }),
      timeout: Math.min(10_000, requestTimeoutMs),
      keepAliveInitialDelay,
    },
  });
  const gate = new Gate({ inFlightMax: connections, waitingMax, waitMaxMs, nowMs: clock.nowMs });
  return { pool, gate };
}
