/** Kubernetes Events about Pods and ledgers, where KUBERNETES_EVENTS says so and the cluster takes them. */
import { Chronicle } from '../actors/chronicle/chronicle.ts';
import { EventSender } from '../actors/chronicle/event-sender.ts';
import type { Observer } from '../actors/observer.ts';
import type { Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import { systemClock } from './clock.ts';

export interface Told {
  readonly observer: Observer;
  close(): void;
}

const nobody: Told = { observer: {}, close: () => {} };

export function tellCluster(
  { KUBERNETES_EVENTS: isWanted }: Settings,
  { events }: Pick<Cluster, 'events'>,
  log: Logger,
): Told {
  if (!isWanted || !events) return nobody;
  const sender = new EventSender({ events, clock: systemClock, log });
  const chronicle = new Chronicle({ send: (event) => sender.send(event), now: () => systemClock.now() });
  return {
    observer: chronicle,
    close: () => sender.close(),
  };
}
