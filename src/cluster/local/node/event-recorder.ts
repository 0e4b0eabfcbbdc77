/**
 * Tells a Pod's story as core/v1 Events, which `kubectl describe` shows.
 *
 * The same event again counts up instead of adding an object. The number of events is bounded: the oldest goes,
 * where a real cluster forgets them after an hour.
 */
import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import { rfc3339Seconds } from '../kube-object.ts';
import type { Pod } from '../pod.ts';
import { events } from '../resources/registry.ts';
import type { ObjectStore } from '../store/object-store.ts';

const eventsMax = 4096;

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: 'kubelet' | 'default-scheduler';
  /** The container, where the event is about one. */
  readonly container?: string;
}

interface Recorded {
  readonly namespace: string;
  readonly name: string;
}

export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #recorded = new Map<string, Recorded>();
  #sequence = 0;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Never throws: a story that cannot be told must not stop the Pod. */
  record(pod: Pod, event: PodEvent): void {
    try {
      this.#write(pod, event);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #write(pod: Pod, event: PodEvent): void {
    const key = [pod.metadata.uid, event.reason, event.container ?? '', event.message].join('\n');
    const known = this.#recorded.get(key);
    const now = rfc3339Seconds(this.#clock.nowMs());
    if (known !== undefined && this.#store.find(events, known.namespace, known.name) !== undefined) {
      this.#store.update(events, known.namespace, known.name, (current) => ({
        ...current,
        count: Number(current['count'] ?? 1) + 1,
        lastTimestamp: now,
      }));
      return;
    }
    const namespace = pod.metadata.namespace ?? '';
    const name = `${pod.metadata.name}.${(this.#clock.nowMs() * 1000 + (this.#sequence++ % 1000)).toString(16)}${this.#sequence.toString(36)}`;
    this.#store.create(events, namespace, eventObject(pod, event, { name, namespace, now }));
    this.#recorded.set(key, { namespace, name });
    this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#recorded.entries().next();
    if (this.#recorded.size <= eventsMax || oldest.done === true) return;
    const [key, { namespace, name }] = oldest.value;
    this.#recorded.delete(key);
    if (this.#store.find(events, namespace, name) !== undefined) this.#store.delete(events, namespace, name);
  }
}

function eventObject(
  pod: Pod,
  { type, reason, message, component, container }: PodEvent,
  at: { readonly name: string; readonly namespace: string; readonly now: string },
): Record<string, unknown> {
  const { uid, name, resourceVersion } = pod.metadata;
  const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: {
      kind: 'Pod',
      namespace: at.namespace,
      name,
      uid,
      apiVersion: 'v1',
      resourceVersion,
      ...fieldPath,
    },
    reason,
    message,
    source: component === 'kubelet' ? { component, host: 'local' } : { component },
    firstTimestamp: at.now,
    lastTimestamp: at.now,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  };
}
