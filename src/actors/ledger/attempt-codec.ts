/**
 * A run's attempts on paper: one short row each, since a run has as many as its stages have workers.
 *
 * A row is `[stage, index, attempt]`, and once it has ended also `created, started, ended, node, failure,
 * refusal`, without what is empty at its end. Nodes are numbers into a list of their names.
 */
import { z } from 'zod';
import { failureNames } from '../../machines/failure.ts';
import type { AttemptRecord } from '../../machines/pipeline/record.ts';
import { refusals, type EndedWorker } from '../../machines/worker/order.ts';
import type { PodNames } from './pod-names.ts';
import { time, type Times } from './times.ts';

const count = z.int().min(0);
const attempt = z.int().min(1);
const failure = z.union([
  z.tuple([z.enum(failureNames), z.string()]),
  z.tuple([z.enum(failureNames), z.string(), z.int()]),
]);

const created = z.tuple([count, count, attempt]);
const ended = z.tuple([count, count, attempt, time, time, time, count]);
/** The most frequent first. */
const row = z.union([
  ended,
  created,
  z.tuple([...ended.def.items, failure]),
  z.tuple([...ended.def.items, z.union([failure, z.literal(0)]), z.enum(refusals)]),
]);
type Row = z.infer<typeof row>;

export const rows = z.array(row);
export const nodes = z.array(z.string());

/** The text of a row, around the number of its node, which depends on the other rows. */
interface RowText {
  readonly head: string;
  /** Absent while the attempt has not ended. */
  readonly node?: string;
  readonly tail: string;
}

export class AttemptCodec {
  readonly #times: Times;
  readonly #names: PodNames;
  /** Attempts never change: the text of one is made once. */
  readonly #texts = new WeakMap<AttemptRecord, RowText>();

  constructor(times: Times, names: PodNames) {
    this.#times = times;
    this.#names = names;
  }

  /** @returns the JSON of two arrays: rows, and the names of their nodes */
  encode(attempts: readonly AttemptRecord[]): { readonly rows: string; readonly nodes: string } {
    const numbers = new Map<string, number>();
    const texts = attempts.map((one) => {
      const { head, node, tail } = this.#textOf(one);
      if (node === undefined) return `${head}${tail}`;
      const number = numbers.get(node) ?? numbers.size;
      numbers.set(node, number);
      return `${head}${number}${tail}`;
    });
    return { rows: `[${texts.join()}]`, nodes: JSON.stringify([...numbers.keys()]) };
  }

  #textOf(one: AttemptRecord): RowText {
    const kept = this.#texts.get(one);
    if (kept) return kept;
    const text = this.#rowText(one);
    this.#texts.set(one, text);
    return text;
  }

  #rowText({ stage, index, attempt: nth, ended: end }: AttemptRecord): RowText {
    if (!end) return { head: JSON.stringify([stage, index, nth]), tail: '' };
    const times = [end.createdAt, end.startedAt, end.endedAt].map((at) => this.#times.encode(at));
    const head = JSON.stringify([stage, index, nth, ...times]);
    const rest = [...failureOf(end), ...(end.refusal ? [end.refusal] : [])];
    const tail = rest.map((value) => `,${JSON.stringify(value)}`).join('');
    return { head: `${head.slice(0, -1)},`, node: end.nodeName, tail: `${tail}]` };
  }

  /** @throws Error where it is none that `encode` makes. */
  decode(encoded: readonly Row[], nodeNames: readonly string[]): readonly AttemptRecord[] {
    const seen = new Set<string>();
    return encoded.map((one) => {
      const [stage, index, nth] = one;
      if (index >= this.#names.workersOf(stage)) throw new Error(`stage ${stage} has no worker ${index}`);
      const key = `${stage}/${index}/${nth}`;
      if (seen.has(key)) throw new Error(`attempt ${key} is there twice`);
      seen.add(key);
      const end = this.#endOf(one, nodeNames);
      return { stage, index, attempt: nth, ...(end ? { ended: end } : {}) };
    });
  }

  #endOf(one: Row, nodeNames: readonly string[]): EndedWorker | undefined {
    if (one.length === 3) return undefined;
    const [, , , createdAt, startedAt, endedAt, node, failed, refusal] = one;
    const nodeName = nodeNames[node];
    if (nodeName === undefined) throw new Error(`there is no node ${node}`);
    const [name, evidence, exitCode] = failed || [];
    return {
      outcome:
        name === undefined || evidence === undefined
          ? { kind: 'succeeded' }
          : {
              kind: 'failed',
              failure: { name, evidence, ...(exitCode === undefined ? {} : { exitCode }) },
            },
      createdAt: this.#times.decode(createdAt),
      startedAt: this.#times.decode(startedAt),
      endedAt: this.#times.decode(endedAt),
      nodeName,
      ...(refusal ? { refusal } : {}),
    };
  }
}

function failureOf({ outcome, refusal }: EndedWorker): readonly unknown[] {
  if (outcome.kind === 'succeeded') return refusal ? [0] : [];
  const { name, evidence, exitCode } = outcome.failure;
  return [[name, evidence, ...(exitCode === undefined ? [] : [exitCode])]];
}
