/**
 * The real program on a real cluster under load, killed and disturbed until it was killed so many times; then
 * everything it accepted is seen to its end, asked for again, and held against what the API server says was done.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Progress } from '../../bench/support/progress.ts';
import { auditEnd, auditEntries, auditPath } from '../support/audit-entries.ts';
import { startApiProxy } from '../support/api-proxy.ts';
import { diceFrom, type Dice } from '../support/dice.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { Caller } from './caller.ts';
import type { Deed } from './deeds.ts';
import { Disturbances } from './disturbances.ts';
import { Trap } from './failpoints.ts';
import { collidingTask, plant, type ForeignObjects } from './foreign.ts';
import { Load } from './load.ts';
import { movableClock } from './movable-clock.ts';
import { holds, judge, namedTwice, type Verdict } from './oracle.ts';
import { recordPods, type PodHistory } from './pod-history.ts';
import { collision } from './scaling.ts';
import { Undertaker } from './undertaker.ts';
import { Victim } from './victim.ts';

export interface ChaosOptions {
  readonly kubeconfigPath: string;
  /** What is run: `bin/ottoscaler.js`, or the sources. */
  readonly program: string;
  readonly kills: number;
  readonly minutesMax: number;
  readonly seed: number;
  readonly clients: number;
  /** Of the shell, by what it kills and starts again. */
  readonly restarts: ReadonlyMap<string, { readonly command: string; readonly times: number }>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Findings {
  readonly passed: boolean;
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly lives: number;
  readonly disturbances: Readonly<Record<string, number>>;
  readonly endedByItself: Readonly<Record<string, number>>;
  readonly commands: Readonly<Record<string, number>>;
  readonly callsSentAgain: number;
  readonly liveWorkersMax: number;
  /** Deleted by Ottoscaler, and never ended by their node. */
  readonly podsEndedByForce: number;
  /** How often the watch of Pods could not be continued, and the audit log alone knows. */
  readonly watchGaps: number;
  readonly auditLog: boolean;
  readonly clockMoved: boolean;
  readonly pods: Verdict;
  readonly repliesThatDiffer: number;
  readonly problems: readonly string[];
}

const workersLiveMax = 12;
/** So long that a clock which is an hour off, or two, is not a reason to give a worker up. */
const limitSeconds = '14400';
/** Of the time since it serves; the rest meets a process that is still starting. */
const pausesMs = { min: 50, max: 2_000 };
const meetsItStarting = 0.15;
/** Where the cluster is away no process serves, and that is disturbed too. */
const servesWithinMs = 10_000;
/** Kills between two plain lines of progress. */
const toldEvery = 20;
const settleWithinMs = 180_000;

function environment(namespace: string, kubeconfigPath: string): NodeJS.Dict<string> {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    KUBECONFIG: kubeconfigPath,
    NAMESPACE: namespace,
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    LOG_FORMAT: 'json',
    // Under one name a process that follows a killed one need not wait until the lease expires.
    OTTO_IDENTITY: 'chaos',
    WORKERS_LIVE_MAX: String(workersLiveMax),
    WORKER_CPU_REQUEST: '5m',
    WORKER_MEMORY_REQUEST: '8Mi',
    WORKER_TIMEOUT_SECONDS: limitSeconds,
    WORKER_QUEUE_SECONDS: limitSeconds,
    WORKER_PENDING_SECONDS: limitSeconds,
    WORKER_GRACE_SECONDS: '3',
    WORKER_HISTORY_SECONDS: '86400',
  };
}

export async function runChaos(options: ChaosOptions): Promise<Findings> {
  const { seed, progress } = options;
  const beganMs = performance.now();
  const dice = diceFrom(seed);
  await using stack = new AsyncDisposableStack();
  const over = new AbortController();
  stack.defer(() => over.abort(new Error('the chaos is over')));
  const signal = AbortSignal.any([options.signal, over.signal]);
  progress.step('a namespace with foreign objects, and the program');
  const namespace = stack.use(await openNamespace());
  const auditFrom = await auditEnd();
  const foreign = await plant(namespace);
  const history = stack.use(await recordPods(options.kubeconfigPath, namespace.name));
  const undertaker = stack.use(new Undertaker(namespace));
  const proxy = stack.use(await startApiProxy());
  const clock = stack.adopt(await movableClock(), (one) => one?.[Symbol.asyncDispose]());
  const env = { ...environment(namespace.name, proxy.kubeconfigPath), ...clock?.env };
  const victim = stack.use(new Victim(options.program, env));
  const trap = new Trap(proxy, victim);
  const disturbances = new Disturbances({ victim, proxy, trap, dice, signal, clock });
  const caller = new Caller((stillHoping) => victim.client(stillHoping), diceFrom(seed + 1), signal);
  const load = new Load(caller, diceFrom(seed + 2), signal);
  await victim.client();

  load.start(options.clients);
  const refused = load.tell(collidingTask, collision);
  await disturb(options, victim, dice, disturbances, load);
  progress.step('no more disturbances: what was begun comes to its end');
  await clock?.set(0);
  caller.expectAnEndWithin(settleWithinMs);
  await Promise.all([load.stop(), refused]);
  signal.throwIfAborted();
  const leftOpen = await settle(namespace, foreign, history);
  progress.step('every command once more');
  const differing = await askAgain(load.deeds, caller);
  const exit = await victim.end();
  progress.step('the verdict');

  const audit = auditPath === undefined ? undefined : await auditEntries(namespace.name, auditFrom);
  const foreignNames = foreign.names;
  const pods = judge({
    deeds: load.deeds,
    pods: history.pods.filter(({ name }) => !foreignNames.has(name)),
    audit,
    foreign: foreignNames,
    touched: await foreign.touched(),
    lost: load.problems,
  });
  const liveWorkersMax = history.liveMax - foreignPods;
  const problems = [
    ...(liveWorkersMax > workersLiveMax ? [`${liveWorkersMax} workers were live at a time`] : []),
    ...leftOpen,
    ...differing,
    ...disturbances.problems,
    ...victim.problems,
    ...history.problems,
    ...namedTwice(load.deeds).map((name) => `${name} is named by two commands`),
    ...(exit.code === 0 ? [] : [`the last process ended with ${exit.code ?? exit.signal}`]),
  ];
  return {
    passed: holds(pods) && problems.length === 0 && disturbances.kills >= options.kills,
    seed,
    seconds: Math.round((performance.now() - beganMs) / 1_000),
    kills: disturbances.kills,
    lives: victim.lives,
    disturbances: Object.fromEntries([...disturbances.counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    endedByItself: Object.fromEntries(victim.endedByItself),
    commands: countKinds(load.deeds),
    callsSentAgain: caller.resent,
    liveWorkersMax,
    podsEndedByForce: undertaker.ended.size,
    watchGaps: history.gaps,
    auditLog: audit !== undefined,
    clockMoved: clock !== undefined,
    pods,
    repliesThatDiffer: differing.length,
    problems,
  };
}

const foreignPods = 3;

/** Until it was killed often enough. A cluster that is started again is one disturbance among the others. */
async function disturb(
  { kills, minutesMax, restarts, signal, progress }: ChaosOptions,
  victim: Victim,
  dice: Dice,
  disturbances: Disturbances,
  load: Load,
): Promise<void> {
  progress.step(`${kills} kills under load`);
  const deadlineMs = performance.now() + minutesMax * 60_000;
  const due = [...restarts].flatMap(([what, { command, times }]) =>
    Array.from({ length: times }, (_, nth) => ({ what, command, at: ((nth + 0.5) / times) * kills })),
  );
  let nextToldAt = toldEvery;
  let restarting: Promise<void> = Promise.resolve();
  while (disturbances.kills < kills && performance.now() < deadlineMs) {
    if (dice() >= meetsItStarting)
      await Promise.race([victim.life.serving, pause(servesWithinMs, undefined, { signal })]);
    await pause(pausesMs.min + dice() * (pausesMs.max - pausesMs.min), undefined, { signal });
    const next = due.findIndex(({ at }) => at <= disturbances.kills);
    const [restart] = next < 0 ? [] : due.splice(next, 1);
    // One after the other, while the process goes on being disturbed.
    if (restart) restarting = restarting.then(() => disturbances.restart(restart.what, restart.command));
    await disturbances.next();
    const state = `${disturbances.kills} of ${kills} killed, ${load.ended} of ${load.begun} commands seen to their end`;
    if (disturbances.kills < nextToldAt) progress.detail(state);
    else progress.step(state);
    if (disturbances.kills >= nextToldAt) nextToldAt += toldEvery;
  }
  await restarting;
}

/** @returns what is still there though nothing is under way */
async function settle(
  namespace: Namespace,
  foreign: ForeignObjects,
  history: PodHistory,
): Promise<readonly string[]> {
  const names = foreign.names;
  const open = async () => {
    const records = await namespace.records();
    const unclosed = records.filter(
      ({ metadata, data }) => !names.has(metadata.name) && !/"closedAt":"\d/.test(data?.['state'] ?? ''),
    );
    const pods = (await namespace.pods()).filter(({ metadata }) => !names.has(metadata.name));
    const unseen = history.pods.filter(({ name, gone }) => !gone && !names.has(name));
    return [
      ...unclosed.map(({ metadata }) => `the ledger ${metadata.name} was never closed`),
      ...pods.map(({ metadata }) => `the Pod ${metadata.name} is still there`),
      ...unseen.map(({ name }) => `the Pod ${name} was never seen gone`),
    ];
  };
  let left: readonly string[] = [];
  await until('the end of everything', async () => (left = await open()).length === 0, {
    timeoutMs: settleWithinMs,
  }).catch(() => {});
  return left;
}

async function askAgain(deeds: readonly Deed[], caller: Caller): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const deed of deeds) {
    const wrong = await deed.again(caller).catch((error: unknown) => String(error));
    if (wrong !== undefined) differing.push(`${deed.kind} ${deed.id}, asked again, ${wrong}`);
  }
  return differing;
}

function countKinds(deeds: readonly Deed[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(deeds, ({ kind }) => kind);
  return Object.fromEntries([...groups].map(([kind, all]) => [kind, all.length]));
}
