/** A lane on one connection: its call, and its rests where the server wants lines again. */
import type { CallEnd, EntryStream, PushClient } from '../rpc/push-client.ts';
import type { Lane } from './lane.ts';
import { entryOf, type WorkerIdentity } from './worker-identity.ts';

interface LaneStreamOptions {
  readonly lane: Lane;
  readonly identity: WorkerIdentity;
  readonly client: PushClient;
  /** Something may be sent that could not before, or all is answered. */
  readonly changed: () => void;
  readonly ended: (why: CallEnd) => void;
}

const rest = { firstMs: 100, mostMs: 5_000 };

export class LaneStream {
  readonly #options: LaneStreamOptions;
  #call: EntryStream | undefined;
  #isFull = false;
  #refusals = 0;
  #resting: NodeJS.Timeout | undefined;
  #heardMs = performance.now();

  /** What the former connection left unanswered is sent again. */
  constructor(options: LaneStreamOptions) {
    this.#options = options;
    options.lane.resend();
  }

  get isReady(): boolean {
    return !this.#isFull && this.#options.lane.hasNext;
  }

  /** What is next has its number already. */
  get isAgain(): boolean {
    return this.#options.lane.hasDue;
  }

  /** How long lines have been under way without a word of the server. */
  silentMs(nowMs: number): number {
    return this.#options.lane.underWay === 0 ? 0 : nowMs - this.#heardMs;
  }

  send(bytesMax: number): void {
    const { lane, identity } = this.#options;
    if (lane.underWay === 0) this.#heardMs = performance.now();
    const line = lane.next(bytesMax);
    if (!line) return;
    this.#call ??= this.#open();
    this.#isFull = !this.#call.write(entryOf(identity, lane, line));
  }

  close(): void {
    clearTimeout(this.#resting);
    this.#call?.end();
  }

  #open(): EntryStream {
    const { lane, client, changed, ended } = this.#options;
    return client.open({
      answered: ({ status, sequence }) => {
        this.#heardMs = performance.now();
        if (lane.answer(sequence, status) && status !== 'RETRY') this.#refusals = 0;
        if (lane.needsRest) this.#rest();
        changed();
      },
      drained: () => {
        this.#isFull = false;
        changed();
      },
      ended,
    });
  }

  #rest(): void {
    const { lane, changed } = this.#options;
    const restMs = Math.min(rest.mostMs, rest.firstMs * 2 ** this.#refusals) * (0.5 + Math.random() / 2);
    this.#refusals += 1;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      lane.resend();
      changed();
    }, restMs);
  }
}
