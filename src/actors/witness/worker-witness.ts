/**
 * The witness of the workers: their containers' logs are followed from their start to their end, and otto-handler is
 * told of each step of their lives.
 *
 * It goes by what is known of a Pod now, whichever report brought it: reports may be repeated, and after a restart the
 * first one of a worker may be its last.
 */
import type { FollowPods } from '../../logs/follow/follow-pods.ts';
import type { Followed } from '../../logs/follow/followed-lines.ts';
import type { NoticedWorker, NoticeStatus } from '../../logs/notices/notice.ts';
import { describeFailure } from '../../machines/failure.ts';
import { hasBegun, isTerminal } from '../../machines/pod.ts';
import type { Outcome } from '../../machines/worker/order.ts';
import { pause, type Clock, type Witness, type WitnessedWorker } from '../ports.ts';
import type { LineOrigins } from './line-origins.ts';

/** Where notices go; absent where nobody is to be told. */
interface Notices {
  /** Resolves once it is durable. What was told before is passed over. */
  notify(worker: NoticedWorker, status: NoticeStatus, reason: string, time: string): Promise<void>;
  /** Nothing more will be told of it. */
  forget(workerId: string): void;
}

export interface WorkerWitnessDeps {
  /** Absent where no log is to be followed. */
  readonly follow: Pick<FollowPods, 'started' | 'ended' | 'gone' | 'finish'> | undefined;
  readonly notices: Notices | undefined;
  /** Resolves with true once all lines that were read are durable or delivered. */
  readonly keep: () => Promise<boolean>;
  readonly origins: LineOrigins;
  readonly clock: Clock;
  readonly wallMs: () => number;
  /** No line of it will come any more. */
  readonly finished: (workerId: string) => void;
}

/** The container of every worker Pod. */
const container = 'worker';
/** Of the time for a drain, what is left to make the lines durable. */
const keepShare = 0.2;
const keepAgainMs = 250;

export class WorkerWitness implements Witness {
  readonly #deps: WorkerWitnessDeps;
  /** How far each worker's life was told of: 1 created, 2 running. */
  readonly #told = new Map<string, number>();

  /** Uids of Pods that went before their workers were over. */
  readonly #lost = new Set<string>();

  constructor(deps: WorkerWitnessDeps) {
    this.#deps = deps;
  }

  saw(worker: WitnessedWorker): void {
    void this.#tellLife(worker);
    this.#follow(worker);
  }

  async ending(worker: WitnessedWorker, outcome: Outcome): Promise<void> {
    const { notices, origins } = this.#deps;
    this.#follow(worker);
    if (!notices) return;
    const life = this.#tellLife(worker);
    const { status, reason } = endOf(outcome);
    const redact = origins.redactionOf(worker.order);
    const end = notices.notify(this.#noticed(worker), status, redact?.(reason) ?? reason, this.#now());
    await Promise.all([life, end]);
  }

  async drain(worker: WitnessedWorker, withinMs: number): Promise<void> {
    const { follow, clock } = this.#deps;
    if (!follow || !worker.pod || !hasBegun(worker.pod)) return;
    // What still runs writes on until its deletion has ended it, and is followed as long. Who takes it over on its way
    // out hears of it here first.
    if (!isTerminal(worker.pod)) return this.#follow(worker);
    const endsMs = clock.now() + withinMs;
    if (this.#lost.has(worker.pod.uid)) return await this.#kept(endsMs);
    await follow.finish(this.#followed(worker), withinMs * (1 - keepShare));
    await this.#kept(endsMs);
  }

  gone(worker: WitnessedWorker): void {
    const { follow, notices, origins, finished } = this.#deps;
    const { slot, pod } = worker;
    // Of one that began only when it was about to go, at least that its log was not read is told.
    this.#follow(worker);
    this.#told.delete(slot.podName);
    notices?.forget(slot.podName);
    if (pod) {
      follow?.gone(pod.uid);
      this.#lost.delete(pod.uid);
      origins.forget(pod.uid);
    }
    finished(slot.podName);
  }

  #follow(worker: WitnessedWorker): void {
    const { follow } = this.#deps;
    if (!follow || !worker.pod || !hasBegun(worker.pod)) return;
    const { uid } = worker.pod;
    if (this.#lost.has(uid)) return;
    follow.started(this.#followed(worker));
    if (isTerminal(worker.pod)) follow.ended(uid);
    // Its end may take long to be recorded: a process that is killed meanwhile leaves nobody who could tell.
    if (!worker.isGone) return;
    this.#lost.add(uid);
    follow.gone(uid);
  }

  async #tellLife(worker: WitnessedWorker): Promise<void> {
    const { notices } = this.#deps;
    if (!notices || !worker.pod) return;
    const { podName } = worker.slot;
    const before = this.#told.get(podName) ?? 0;
    const now = hasBegun(worker.pod) ? 2 : 1;
    if (now <= before) return;
    this.#told.set(podName, now);
    const noticed = this.#noticed(worker);
    const created = before < 1 ? notices.notify(noticed, 'CREATED', '', worker.pod.createdAt) : undefined;
    const running = now === 2 ? notices.notify(noticed, 'RUNNING', '', startOf(worker)) : undefined;
    await Promise.all([created, running]);
  }

  /** Until `endsMs` at most: a disk that refuses may take them later. */
  async #kept(endsMs: number): Promise<void> {
    const { clock, keep } = this.#deps;
    const late = new AbortController();
    const isLate = Promise.withResolvers<true>();
    late.signal.addEventListener('abort', () => isLate.resolve(true));
    const timer = clock.setTimeout(() => late.abort(), Math.max(0, endsMs - clock.now()));
    while (!late.signal.aborted && !(await Promise.race([keep(), isLate.promise])))
      await pause(clock, keepAgainMs, late.signal);
    clock.clearTimeout(timer);
  }

  #followed(worker: WitnessedWorker): Followed {
    return { origin: this.#deps.origins.of(worker), container };
  }

  #noticed({ order, slot, pod }: WitnessedWorker): NoticedWorker {
    const { stage } = order;
    const metadata = {
      ...(stage ? { 'otto.pipeline': stage.pipelineId, 'otto.stage': stage.stageId } : {}),
      'otto.attempt': String(slot.attempt),
      ...(pod?.nodeName ? { 'otto.node': pod.nodeName } : {}),
    };
    return { workerId: slot.podName, taskId: order.taskId, metadata };
  }

  #now(): string {
    return new Date(this.#deps.wallMs()).toISOString();
  }
}

function startOf({ pod }: WitnessedWorker): string {
  const { container: state } = pod ?? {};
  return state && state.kind !== 'waiting' && state.startedAt !== ''
    ? state.startedAt
    : (pod?.createdAt ?? '');
}

function endOf(outcome: Outcome): { readonly status: NoticeStatus; readonly reason: string } {
  if (outcome.kind === 'succeeded') return { status: 'COMPLETED', reason: '' };
  const reason = describeFailure(outcome.failure);
  return { status: outcome.failure.name === 'deleted' ? 'TERMINATED' : 'FAILED', reason };
}
