/** Kubernetes Events about Pods and ledgers, where KUBERNETES_EVENTS says so and the cluster takes them. */
import { Chronicle } from '../actors/chronicle/chronicle.ts';
import { EventSender } from '../actors/chronicle/event-sender.ts';
import type { EffectObserver } from '../actors/effect-observer.ts';
import type { Witness } from '../actors/ports.ts';
import type { Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import { systemClock } from './clock.ts';

export interface Told {
  readonly observers: readonly EffectObserver[];
  readonly witnessed: (witness: Witness) => Witness;
  close(): void;
}

const nobody: Told = { observers: [], witnessed: (witness) => witness, close: () => {} };

export function tellCluster(
  { KUBERNETES_EVENTS: isWanted }: Settings,
  { events }: Pick<Cluster, 'events'>,
  log: Logger,
): Told {
  if (!isWanted || !events) return nobody;
  const sender = new EventSender({ events, clock: systemClock, log });
  const chronicle = new Chronicle({ send: (event) => sender.send(event), now: () => systemClock.now() });
  return {
    observers: [chronicle],
    witnessed: (witness) => chronicle.witnessed(witness),
    close: () => sender.close(),
  };
}
