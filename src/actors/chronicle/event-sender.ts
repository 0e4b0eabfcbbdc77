/**
 * Events on their way to the cluster: one after the other, so many a second at most, the rest dropped. Nobody waits for
 * them, and what the cluster says to them changes nothing but that it is asked no more where it forbids them.
 */
import { ClusterError, type ClusterEvent, type EventApi } from '../../cluster/port.ts';
import { pause, type Clock, type Log } from '../ports.ts';

interface SenderDeps {
  readonly events: EventApi;
  readonly clock: Clock;
  readonly log: Log;
}

const waitingMax = 256;
/** Twenty a second at most. */
const restMs = 50;

export class EventSender {
  readonly #deps: SenderDeps;
  readonly #waiting: ClusterEvent[] = [];
  readonly #ending = new AbortController();
  #isSending = false;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  send(event: ClusterEvent): void {
    if (this.#ending.signal.aborted || this.#waiting.length >= waitingMax) return;
    this.#waiting.push(event);
    if (!this.#isSending) void this.#sendAll();
  }

  /** What has not left is dropped. */
  close(): void {
    this.#ending.abort();
    this.#waiting.length = 0;
  }

  async #sendAll(): Promise<void> {
    const { events, clock, log } = this.#deps;
    this.#isSending = true;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      try {
        await events.create(event);
      } catch (error) {
        if (error instanceof ClusterError && error.code === 'forbidden') {
          log.info(
            { reason: error.message },
            'events cannot be created: `kubectl describe` will not tell what becomes of workers',
          );
          this.close();
        }
      }
      await pause(clock, restMs, this.#ending.signal);
    }
    this.#isSending = false;
  }
}
