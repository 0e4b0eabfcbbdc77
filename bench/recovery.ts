/**
 * Taking over ten thousand live workers after kill -9: how long until commands are served again, and how long
 * the loop stands still meanwhile.
 *
 * From the start of the new process: Node, the connection, all ledgers, all Pods, an actor for each. Its Pods
 * are there and wait for a node that never comes, which is as live as a worker can be to Ottoscaler. It has the
 * name of the former one, so its lease is its own: one of another name would first wait until that expires.
 *
 * Beside it, before each time: what listing the same Pods costs a bare client, in both encodings. At the same time:
 * how late the timer of a process is that does nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OttoscalerClientError } from '../src/rpc/client.ts';
import { column, type Benchmark, type Findings, type Given } from './benchmark.ts';
import { openNamespace } from './support/namespace.ts';
import type { Reading } from './support/probe.ts';
import type { Progress } from './support/progress.ts';
import { listBare } from './recovery-ceiling.ts';
import { startIdle, startServer, type Server } from './support/server.ts';
import { scaleUpRequest, unschedulable } from './support/workloads.ts';

const commands = 100;
const workersPerCommand = 100;
const workers = commands * workersPerCommand;
const commandsAtOnce = 10;
/** Each question costs the process that is measured a millisecond. */
const pollMs = 25;
/** While ten thousand Pods are created, a machine of two cores may be too busy to renew in time. */
const loadLease = { LEASE_SECONDS: '120', LEASE_RENEW_SECONDS: '90' };

export const recovery: Benchmark = {
  name: 'recovery',
  purpose: 'Taking over 10,000 live workers after kill -9',
  needsKubernetes: true,
  run,
};

interface Sample {
  /** From the start of the process until it answers. */
  readonly seconds: number;
  /** Of these until it listens, before it has read anything. */
  readonly startSeconds: number;
  readonly cpuSeconds: number;
  readonly stallMs: number;
  /** Of the same time, in a process that does nothing. */
  readonly idleStallMs: number;
  readonly turnCpuMs: number;
  readonly rssMb: number;
  readonly bareJsonSeconds: number;
  readonly bareProtobufSeconds: number;
}

async function run({ repetitions, kubeconfigPath, signal, progress }: Given): Promise<Findings> {
  await using namespace = await openNamespace(kubeconfigPath, 'recovery');
  const env = {
    KUBECONFIG: kubeconfigPath,
    NAMESPACE: namespace.name,
    WORKERS_LIVE_MAX: '100000',
    WORKER_PENDING_SECONDS: '86400',
    OTTO_IDENTITY: 'bench',
    LOG_LEVEL: 'info',
  };
  const kubernetes = await populate({ ...env, ...loadLease }, progress, signal);
  const samples: Sample[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    progress.step(`recovery: repetition ${repetition} of ${repetitions}`);
    const bareJsonSeconds = await listBare(namespace, 'json', workers);
    const bareProtobufSeconds = await listBare(namespace, 'protobuf', workers);
    samples.push({ ...(await recover(env, signal)), bareJsonSeconds, bareProtobufSeconds });
  }
  progress.detail('deleting its Pods');
  await namespace.empty(signal);
  return {
    setup: {
      kubernetes,
      workers: `${commands} commands of ${workersPerCommand}`,
      Pods: 'unschedulable',
      lease: `its own; of ${loadLease.LEASE_SECONDS} s while the workers are created`,
    },
    rows: [
      {
        what: 'until all are adopted and commands are served',
        unit: 's',
        values: column(samples, 'seconds'),
        aim: { atMost: 3 },
      },
      { what: 'of these until the process listens', unit: 's', values: column(samples, 'startSeconds') },
      {
        what: 'longest stall of the loop from then on',
        unit: 'ms',
        values: column(samples, 'stallMs'),
        aim: { atMost: 50 },
      },
      {
        what: 'of a process that does nothing, meanwhile',
        unit: 'ms',
        values: column(samples, 'idleStallMs'),
      },
      { what: 'most CPU of one turn of the loop', unit: 'ms', values: column(samples, 'turnCpuMs') },
      { what: 'CPU until then', unit: 's', values: column(samples, 'cpuSeconds') },
      { what: 'a bare list of the Pods, JSON', unit: 's', values: column(samples, 'bareJsonSeconds') },
      {
        what: 'a bare list of the Pods, protobuf',
        unit: 's',
        values: column(samples, 'bareProtobufSeconds'),
      },
      { what: 'RSS right after', unit: 'MB', values: column(samples, 'rssMb') },
    ],
  };
}

/** Leaves so many live workers and no process behind. */
async function populate(
  env: Readonly<Record<string, string>>,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  await using server = await startServer(env);
  for (let command = 0; command < commands; command += commandsAtOnce) {
    progress.step(`recovery: creating ${workers} workers, ${command * workersPerCommand} so far`);
    await Promise.all(
      Array.from({ length: commandsAtOnce }, (_, i) => {
        const request = scaleUpRequest(`recovery-${command + i}`, workersPerCommand, unschedulable);
        return server.client.scaleUp(request, { timeoutMs: 120_000, signal });
      }),
    );
  }
  return server.kubernetes;
}

type Recovered = Omit<Sample, 'bareJsonSeconds' | 'bareProtobufSeconds'>;

async function recover(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Recovered> {
  await using idle = startIdle();
  await idle.ask<Reading>('read', signal);
  const startMs = performance.now();
  await using server = await startServer({ ...env, PROBE_TURNS: 'yes' }, 'listening');
  const listensMs = performance.now();
  // Loading the program is one stall of its own, before anybody could be kept waiting.
  await Promise.all([server.read(signal), idle.ask<Reading>('read', signal)]);
  await untilServing(server, signal);
  const seconds = (performance.now() - startMs) / 1_000;
  const { loopDelayMs, turnCpuMs, cpuMs, rssBytes } = await server.read(signal);
  const { loopDelayMs: idleDelayMs } = await idle.ask<Reading>('read', signal);
  const { total_count: adopted } = await server.client.getWorkerStatus({}, { timeoutMs: 60_000, signal });
  if (adopted !== workers) throw new Error(`${adopted} workers were adopted instead of ${workers}`);
  return {
    seconds,
    startSeconds: (listensMs - startMs) / 1_000,
    cpuSeconds: cpuMs / 1_000,
    stallMs: loopDelayMs.max,
    idleStallMs: idleDelayMs.max,
    turnCpuMs,
    rssMb: rssBytes / 1e6,
  };
}

async function untilServing({ client }: Server, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await client.getWorkerStatus({ worker_pod_name: 'nobody' }, { signal });
      return;
    } catch (error) {
      if (!(error instanceof OttoscalerClientError) || error.code !== 'UNAVAILABLE') throw error;
      await pause(pollMs, undefined, { signal });
    }
  }
}
