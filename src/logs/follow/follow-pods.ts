/**
 * Follows the containers of all worker Pods that run, so many at once; the others stand in line.
 *
 * Told of Pods in any order and as often as one likes. A Pod stays known, also when its log was read to its end, until it is
 * said to be gone: nothing is followed twice.
 */
import { noneYet, type FollowCounters } from './counters.ts';
import { ContainerFollower, type FollowDeps, type FollowOutcome } from './container-follower.ts';
import type { Followed } from './followed-lines.ts';

export interface FollowPodsOptions extends Omit<FollowDeps, 'counters'> {
  /** Logs that are followed at once; what is read to its end before a deletion does not wait in line. */
  readonly followsMax: number;
}

interface KnownPod {
  readonly followed: Followed;
  follower?: ContainerFollower;
  hasEnded: boolean;
}

export class FollowPods {
  readonly counters: FollowCounters = noneYet();
  readonly #options: FollowPodsOptions;
  readonly #pods = new Map<string, KnownPod>();
  /** In the order of their start. */
  readonly #inLine = new Set<KnownPod>();
  readonly #running = new Set<ContainerFollower>();
  #isStopped = false;

  constructor(options: FollowPodsOptions) {
    this.#options = options;
  }

  get following(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#inLine.size;
  }

  /** Whether it was said to have started, and not yet to be gone. */
  knows(podUid: string): boolean {
    return this.#pods.has(podUid);
  }

  /** Its container runs, or has run. */
  started(followed: Followed): void {
    const { podUid } = followed.origin;
    if (this.#isStopped || this.#pods.has(podUid)) return;
    const pod: KnownPod = { followed, hasEnded: false };
    this.#pods.set(podUid, pod);
    this.#inLine.add(pod);
    this.#startNext();
  }

  /** It is terminal. */
  ended(podUid: string): void {
    const pod = this.#pods.get(podUid);
    if (!pod) return;
    pod.hasEnded = true;
    pod.follower?.ended();
  }

  /** It is gone from the cluster. */
  gone(podUid: string): void {
    const pod = this.#pods.get(podUid);
    if (!pod) return;
    this.#pods.delete(podUid);
    const forget = () => this.#options.store.forget(keyOf(pod.followed));
    // What stood in line was never read: its follower finds nothing, and says so.
    const follower = pod.follower ?? this.#start(pod);
    follower.giveUp();
    void follower.outcome.then(forget);
  }

  /** Reads the log of a terminal Pod to its end before the Pod is deleted, for `deadlineMs` at most. */
  finish(followed: Followed, deadlineMs: number): Promise<FollowOutcome> {
    if (this.#isStopped) return Promise.resolve('stopped');
    this.started(followed);
    const pod = this.#pods.get(followed.origin.podUid);
    if (!pod) return Promise.resolve('stopped');
    pod.hasEnded = true;
    return (pod.follower ?? this.#start(pod)).finish(deadlineMs);
  }

  /** Marks are left in the store: another process goes on from them. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#inLine.clear();
    const running = [...this.#running];
    for (const follower of running) follower.stop();
    await Promise.all(running.map(({ outcome }) => outcome));
  }

  #startNext(): void {
    for (const pod of this.#inLine) {
      if (this.#running.size >= this.#options.followsMax) return;
      this.#start(pod);
    }
  }

  #start(pod: KnownPod): ContainerFollower {
    this.#inLine.delete(pod);
    const follower = new ContainerFollower({ ...this.#options, counters: this.counters }, pod.followed);
    pod.follower = follower;
    this.#running.add(follower);
    if (pod.hasEnded) follower.ended();
    void follower.outcome.finally(() => {
      this.#running.delete(follower);
      if (!this.#isStopped) this.#startNext();
    });
    return follower;
  }
}

function keyOf({ origin, container }: Followed): string {
  return `${origin.podUid}/${container}`;
}
