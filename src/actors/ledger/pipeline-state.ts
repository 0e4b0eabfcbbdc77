/**
 * The part of a run's ledger that changes, as compact JSON: attempts, progress, cancel, and the tombstone.
 *
 * What a book holds of it is the record beside what it is read and written with: names and times that the
 * immutable part decides.
 */
import { z } from 'zod';
import type { StoredRecord } from '../../cluster/port.ts';
import type { NameAttempt, PipelineRecord } from '../../machines/pipeline/record.ts';
import { AttemptCodec, nodes, rows } from './attempt-codec.ts';
import type { LedgerCodec } from './ledger-book.ts';
import { decodePipeline, type PipelineLedger } from './pipeline-record.ts';
import { PodNames } from './pod-names.ts';
import { changes, ProgressCodec } from './progress-codec.ts';
import { epoch, field, reading } from './record.ts';
import { Times } from './times.ts';

const stored = z.strictObject({
  epoch: epoch.exactOptional(),
  closedAt: z.string(),
  cancel: z
    .strictObject({
      mode: z.enum(['now', 'finish-running', 'run-finally']),
      by: z.string(),
      reason: z.string(),
    })
    .exactOptional(),
  nodes,
  attempts: rows,
  progress: changes,
});

/** Reads and writes the states of one run. */
export class RunCodec {
  readonly #attempts: AttemptCodec;
  readonly #progress: ProgressCodec;
  #chars = 0;

  constructor({ command, acceptedAt }: Pick<PipelineLedger, 'command' | 'acceptedAt'>, nameOf: NameAttempt) {
    const times = new Times(acceptedAt);
    const names = new PodNames(command, nameOf);
    this.#attempts = new AttemptCodec(times, names);
    this.#progress = new ProgressCodec(times, names);
  }

  /** @param by epoch of the leader that writes it; 0 without election */
  encode({ attempts, progress, cancel, closedAt }: PipelineRecord, by = 0): string {
    const written = this.#attempts.encode(attempts);
    const parts = [
      ...(by > 0 ? [`"epoch":${by}`] : []),
      `"closedAt":${JSON.stringify(closedAt)}`,
      ...(cancel ? [`"cancel":${JSON.stringify(cancel)}`] : []),
      `"nodes":${written.nodes}`,
      `"attempts":${written.rows}`,
      `"progress":${this.#progress.encode(progress)}`,
    ];
    const text = `{${parts.join()}}`;
    this.#chars = text.length;
    return text;
  }

  /** Length of the state that was read or written last. */
  get chars(): number {
    return this.#chars;
  }

  /** @throws Error where it is none that `encode` makes. */
  decode(text: string): PipelineRecord {
    return this.read(text).record;
  }

  /** The record beside the epoch in which it was written. @throws Error where it is none that `encode` makes. */
  read(text: string): { readonly record: PipelineRecord; readonly epoch: number } {
    const {
      attempts,
      nodes: nodeNames,
      progress,
      cancel,
      closedAt,
      ...rest
    } = stored.parse(JSON.parse(text));
    this.#chars = text.length;
    const record = {
      attempts: this.#attempts.decode(attempts, nodeNames),
      progress: this.#progress.decode(progress),
      ...(cancel ? { cancel } : {}),
      closedAt,
    };
    return { record, epoch: rest.epoch ?? 0 };
  }
}

/** What a book of runs holds of one. */
export interface PipelineState {
  readonly codec: RunCodec;
  readonly record: PipelineRecord;
  /** Of the leader that wrote it last; 0 without election. */
  readonly epoch: number;
}

/** @throws Error naming the record and what is wrong with it. */
export function decodePipelineState(
  { name, data }: Pick<StoredRecord, 'name' | 'data'>,
  ledger: PipelineLedger,
  nameOf: NameAttempt,
): PipelineState {
  return reading(name, () => {
    const codec = new RunCodec(ledger, nameOf);
    return { codec, ...codec.read(field(data, 'state')) };
  });
}

const tombstone = z.object({ closedAt: z.string() });

/** @returns RFC 3339, '' while there is work. @throws Error naming the record and what is wrong with it. */
export function closedAtOf({ name, data }: Pick<StoredRecord, 'name' | 'data'>): string {
  return reading(name, () => tombstone.parse(JSON.parse(field(data, 'state'))).closedAt);
}

/** What a book of runs reads and writes with. */
export function pipelineCodec(nameOf: NameAttempt): LedgerCodec<PipelineState> {
  return {
    decode: (record) => decodePipelineState(record, decodePipeline(record), nameOf),
    encode: ({ codec, record, epoch: by }) => codec.encode(record, by),
    epochOf: (state) => state.epoch,
    stamp: (state, by) => ({ ...state, epoch: by }),
    isOpen: ({ record }) => record.closedAt === '',
  };
}
