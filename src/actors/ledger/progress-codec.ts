/**
 * A run's events on paper: each as what is new in it since the event before of its stage, since the whole
 * list is written at each change and a ConfigMap holds 1 MiB.
 *
 * Pod names are hashes, so they are kept as the numbers that they are made of and made again. What is not as
 * the rules below expect is kept as it is: what is decoded is exactly what was encoded.
 */
import { z } from 'zod';
import {
  isEnd,
  thePipeline,
  type ProgressEvent,
  type StageStatus,
} from '../../machines/pipeline/progress.ts';
import type { PodNames } from './pod-names.ts';
import { time, type EncodedTime, type Times } from './times.ts';

/** The wire's numbers. They are in ledgers, so none ever changes its meaning. */
const statuses: readonly StageStatus[] = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'retrying',
];

const count = z.int().min(0);
const slot = z.tuple([count, z.int().min(1)]);

/** `1`: all workers at attempt 1. `{all}`: all workers, these at other attempts. Else one by one, foreign names as text. */
const names = z.union([
  z.literal(1),
  z.strictObject({ all: z.array(slot) }),
  z.array(z.union([slot, z.string()])),
]);
type EncodedNames = z.infer<typeof names>;

/** Absent is as before; before the first event all is empty. */
const change = z.strictObject({
  /** Stage index. */
  s: z.int().min(thePipeline),
  at: time,
  /** Status. */
  is: z
    .int()
    .min(0)
    .max(statuses.length - 1)
    .exactOptional(),
  msg: z.string().exactOptional(),
  pods: names.exactOptional(),
  pct: z.number().exactOptional(),
  err: z.string().exactOptional(),
  /** Workers: succeeded, failed, total. */
  w: z.tuple([z.number(), z.number(), z.number()]).exactOptional(),
  /** Cores, MB; null: none any more. */
  use: z.tuple([z.number(), z.number()]).nullable().exactOptional(),
  /** Attempt. */
  n: z.number().exactOptional(),
  /** Present where it is not the start before, or this event's time if it is the first that runs. */
  from: time.exactOptional(),
  /** Present where it is not this event's time at an end, and nothing before. */
  to: time.exactOptional(),
});
type Change = z.infer<typeof change>;

export const changes = z.array(change);

const nothing: Omit<ProgressEvent, 'stage' | 'at'> = {
  status: 'pending',
  message: '',
  podNames: [],
  percentage: 0,
  errorMessage: '',
  workers: { succeeded: 0, failed: 0, total: 0 },
  attempt: 0,
  startedAt: '',
  completedAt: '',
};

type Earlier = typeof nothing | ProgressEvent;

/** What was encoded last. */
interface Encoded {
  count: number;
  last: ProgressEvent | undefined;
  readonly latest: Map<number, ProgressEvent>;
  text: string;
}

const nothingEncoded = (): Encoded => ({ count: 0, last: undefined, latest: new Map(), text: '' });

export class ProgressCodec {
  readonly #times: Times;
  readonly #names: PodNames;
  /** Events never change: the text of one is made once. */
  readonly #texts = new WeakMap<ProgressEvent, { readonly earlier: Earlier; readonly text: string }>();
  #before: Encoded = nothingEncoded();

  constructor(times: Times, podNames: PodNames) {
    this.#times = times;
    this.#names = podNames;
  }

  /**
   * A list is only ever continued, never changed, so what was encoded of it last time is continued too: else
   * a run of a thousand stages in a row would look at millions of events.
   *
   * @returns the JSON of an array
   */
  encode(events: readonly ProgressEvent[]): string {
    const { count: known, last } = this.#before;
    const isContinued = known > 0 && events[known - 1] === last;
    const done = isContinued ? this.#before : nothingEncoded();
    for (let at = done.count; at < events.length; at++) {
      const event = events[at];
      if (!event) continue;
      const text = this.#textOf(event, done.latest.get(event.stage) ?? nothing);
      done.latest.set(event.stage, event);
      done.text = done.text === '' ? text : `${done.text},${text}`;
    }
    done.count = events.length;
    done.last = events.at(-1);
    this.#before = done;
    return `[${done.text}]`;
  }

  #textOf(event: ProgressEvent, earlier: Earlier): string {
    const kept = this.#texts.get(event);
    if (kept?.earlier === earlier) return kept.text;
    const text = JSON.stringify(this.#changeOf(event, earlier));
    this.#texts.set(event, { earlier, text });
    return text;
  }

  #changeOf(event: ProgressEvent, earlier: Earlier): Change {
    const { status, message, percentage, errorMessage, workers, usage, attempt } = event;
    const before = earlier.workers;
    const pods = this.#podsOf(event, earlier);
    const w: Change['w'] = [workers.succeeded, workers.failed, workers.total];
    const use: Change['use'] = usage ? [usage.cpuCores, usage.memoryMb] : null;
    const usedBefore = earlier.usage ? [earlier.usage.cpuCores, earlier.usage.memoryMb] : null;
    return {
      s: event.stage,
      at: this.#times.encode(event.at),
      ...(status === earlier.status ? {} : { is: statuses.indexOf(status) }),
      ...(message === earlier.message ? {} : { msg: message }),
      ...(pods === undefined ? {} : { pods }),
      ...(percentage === earlier.percentage ? {} : { pct: percentage }),
      ...(errorMessage === earlier.errorMessage ? {} : { err: errorMessage }),
      ...(isSame(w, [before.succeeded, before.failed, before.total]) ? {} : { w }),
      ...(use === usedBefore || (use && usedBefore && isSame(use, usedBefore)) ? {} : { use }),
      ...(attempt === earlier.attempt ? {} : { n: attempt }),
      ...(event.startedAt === startOf(event, earlier) ? {} : { from: this.#times.encode(event.startedAt) }),
      ...(event.completedAt === endOf(event) ? {} : { to: this.#times.encode(event.completedAt) }),
    };
  }

  #podsOf({ stage, podNames, attempt }: ProgressEvent, earlier: Earlier): EncodedNames | undefined {
    const before = earlier.podNames;
    if (podNames === before) return undefined;
    if (podNames.length === before.length && podNames.every((name, at) => name === before[at]))
      return undefined;
    const slots = podNames.map((name) => this.#names.find(stage, name, Math.max(1, attempt)) ?? name);
    const isAll =
      slots.length > 0 &&
      slots.length === this.#names.workersOf(stage) &&
      slots.every((one, index) => typeof one !== 'string' && one[0] === index);
    if (!isAll) return slots.map((one) => (typeof one === 'string' ? one : [...one]));
    const others = slots.flatMap((one) =>
      typeof one !== 'string' && one[1] > 1 ? [[...one] as [number, number]] : [],
    );
    return others.length === 0 ? 1 : { all: others };
  }

  /** @throws Error where it is none that `encode` makes. */
  decode(encoded: readonly Change[]): readonly ProgressEvent[] {
    const latest = new Map<number, ProgressEvent>();
    return encoded.map((one) => {
      if (one.s >= this.#names.stages) throw new Error(`there is no stage ${one.s}`);
      const event = this.#eventOf(one, latest.get(one.s) ?? nothing);
      latest.set(one.s, event);
      return event;
    });
  }

  #eventOf(one: Change, earlier: Earlier): ProgressEvent {
    const at = this.#times.decode(one.at);
    const status = one.is === undefined ? earlier.status : statuses[one.is];
    if (status === undefined) throw new Error(`${one.is} is no status`);
    const usage = one.use === undefined ? earlier.usage : usageOf(one.use);
    const [succeeded, failed, total] = one.w ?? [];
    return {
      stage: one.s,
      status,
      message: one.msg ?? earlier.message,
      podNames: one.pods === undefined ? earlier.podNames : this.#decodePods(one.s, one.pods),
      percentage: one.pct ?? earlier.percentage,
      errorMessage: one.err ?? earlier.errorMessage,
      workers:
        succeeded === undefined || failed === undefined || total === undefined
          ? earlier.workers
          : { succeeded, failed, total },
      ...(usage ? { usage } : {}),
      attempt: one.n ?? earlier.attempt,
      at,
      startedAt: this.#timeOr(one.from, startOf({ status, at }, earlier)),
      completedAt: this.#timeOr(one.to, endOf({ status, at })),
    };
  }

  #timeOr(encoded: EncodedTime | undefined, expected: string): string {
    return encoded === undefined ? expected : this.#times.decode(encoded);
  }

  #decodePods(stage: number, encoded: EncodedNames): readonly string[] {
    if (encoded === 1) return this.#names.row(stage, 1);
    if (Array.isArray(encoded)) {
      return encoded.map((one) => (typeof one === 'string' ? one : this.#nameOf(stage, one)));
    }
    const all = [...this.#names.row(stage, 1)];
    for (const one of encoded.all) all[one[0]] = this.#nameOf(stage, one);
    return all;
  }

  #nameOf(stage: number, [index, attempt]: readonly [number, number]): string {
    if (index >= this.#names.workersOf(stage)) throw new Error(`stage ${stage} has no worker ${index}`);
    return this.#names.nameOf(stage, index, attempt);
  }
}

const isSame = (a: readonly unknown[], b: readonly unknown[]) => a.every((value, at) => value === b[at]);

type Told = Pick<ProgressEvent, 'status' | 'at'>;

function startOf({ status, at }: Told, earlier: Earlier): string {
  return earlier.startedAt || (status === 'running' || status === 'retrying' ? at : '');
}

function endOf({ status, at }: Told): string {
  return isEnd(status) ? at : '';
}

function usageOf(use: Exclude<Change['use'], undefined>): ProgressEvent['usage'] {
  return use ? { cpuCores: use[0], memoryMb: use[1] } : undefined;
}
