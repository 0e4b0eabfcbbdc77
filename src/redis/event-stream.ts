/**
 * A stream of events with a consumer group, as far as a consumer needs one: the port to Redis.
 *
 * Nothing of it is trusted: a reply may be lost after the server has acted, the group may be gone, a pending list may
 * be forgotten. Everything here may therefore be done twice; what must happen once is kept by the ledger.
 */

/** An entry as it stands in the stream. Bytes, since whoever may add one may add anything. */
export interface Entry {
  /** `<ms>-<number>`, unique within the stream. */
  readonly id: string;
  /** In their order, with whatever stands there twice. */
  readonly fields: ReadonlyArray<readonly [name: Buffer, value: Buffer]>;
}

/** An entry that was handed to this consumer. */
export interface Delivery {
  readonly entry: Entry;
  /** How often it was handed to anybody, this time included. */
  readonly deliveries: number;
}

/** Why Redis did not do what it was asked for. */
export type StreamFault =
  /** The stream or its group does not exist, after a flush or an unsaved restart. */
  | 'no-group'
  /** It answered with an error. */
  | 'refused'
  /** No connection, or no answer. */
  | 'lost';

export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly fault: StreamFault;

  constructor(fault: StreamFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

/** One connection's worth of it: after a StreamError other than `no-group` it is closed, and another one is made. */
export interface EventStream {
  /** Makes the group, and the stream, from the stream's beginning; does nothing where it exists. */
  createGroup(): Promise<void>;
  /** New entries, as soon as there are any; none after `blockMs`. */
  read(countMax: number, blockMs: number): Promise<readonly Delivery[]>;
  /** Entries that were handed to this very consumer once and are not among `held`: a reply or a process was lost. */
  recall(held: ReadonlySet<string>, countMax: number): Promise<readonly Delivery[]>;
  /** Entries whose consumer, whoever it is, has not touched them for so long. */
  claim(minIdleMs: number, countMax: number): Promise<Claimed>;
  /** They are still worked on: nobody shall claim them. Counts as no delivery. */
  renew(ids: readonly string[]): Promise<void>;
  /** It has been tried so often. */
  charge(id: string, deliveries: number): Promise<void>;
  /** Nobody shall be handed it any more. */
  acknowledge(id: string): Promise<void>;
  /** Adds to the dead-letter stream. */
  bury(fields: ReadonlyArray<readonly [name: string | Buffer, value: string | Buffer]>): Promise<void>;
  measure(): Promise<Backlog>;
  /** What is under way rejects. */
  close(): void;
}

interface Claimed {
  readonly deliveries: readonly Delivery[];
  /** Pending entries that the stream does not have any more: someone trimmed it. They are pending no longer. */
  readonly trimmed: number;
}

interface Backlog {
  /** Entries that nobody was handed yet; undefined where Redis does not know. */
  readonly lag: number | undefined;
  /** Entries that were handed to someone and are not acknowledged. */
  readonly pending: number;
}

export interface EventStreams {
  /** @throws StreamError */
  connect(): Promise<EventStream>;
}
