/**
 * The ledger on paper: one ConfigMap per command, as data that a person can read with kubectl.
 *
 * `request`, `template` and `hash` never change. `state` is the only part that does, always by
 * compare-and-swap: what was created, how each worker ended, and when all was over (the tombstone).
 * What is read back is untrusted: whoever can edit ConfigMaps may have edited it.
 */
import { z } from 'zod';
import type { StoredRecord } from '../../cluster/port.ts';
import type { ScaleDownCommand, ScaleUpCommand, WorkerTemplate } from '../../machines/command.ts';
import { failureNames } from '../../machines/failure.ts';
import { refusals, type EndedWorker } from '../../machines/worker/order.ts';
import { epochMax } from './fence.ts';
import type { LedgerCodec } from './ledger-book.ts';

export const version = '1';
const text = z.string();
export const pairs = z.array(z.tuple([text, text])).readonly();
const quantity = text.exactOptional();

export const template = z.object({
  image: text,
  command: text.exactOptional(),
  timeoutSeconds: z.int().min(0),
  env: pairs,
  resources: z.object({
    cpuRequest: quantity,
    cpuLimit: quantity,
    memoryRequest: quantity,
    memoryLimit: quantity,
  }),
});

const scaleUp = z.object({
  kind: z.literal('scale-up'),
  taskId: text,
  requestId: text,
  repository: text,
  commitSha: text,
  workerCount: z.int().min(1),
  template,
  triggeredBy: text,
  reason: text,
  metadata: pairs,
});

const scaleDown = z.object({
  kind: z.literal('scale-down'),
  taskId: text,
  requestId: text,
  target: z.int().min(0),
  triggeredBy: text,
  reason: text,
});

const ended = z.object({
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('succeeded') }),
    z.object({
      kind: z.literal('failed'),
      failure: z.object({ name: z.enum(failureNames), evidence: text, exitCode: z.int().exactOptional() }),
    }),
  ]),
  createdAt: text,
  startedAt: text,
  endedAt: text,
  nodeName: text,
  refusal: z.enum(refusals).exactOptional(),
});

/** Of the leader that wrote it last; absent where none had to be elected. */
export const epoch = z.int().min(1).max(epochMax);

const state = z.object({
  epoch: epoch.exactOptional(),
  /** True once every Pod was created: from then on a missing Pod has vanished. */
  created: z.boolean(),
  /** Present once it may have been answered while some Pods were in line: it is not undone any more. */
  promised: z.literal(true).exactOptional(),
  /** RFC 3339; '' while there is work. A closed ledger is the command's tombstone. */
  closedAt: text,
  /** By worker index. */
  ended: z.record(z.string().regex(/^\d{1,6}$/), ended),
});

export interface LedgerState {
  /** Of the leader that wrote it last; absent without election. */
  readonly epoch?: number;
  readonly created: boolean;
  readonly promised?: true;
  readonly closedAt: string;
  readonly ended: Readonly<Record<string, EndedWorker>>;
}

/** The part of a ledger that never changes, as far as all kinds share it. */
export interface Immutable {
  /** Hash of the command as it was sent: same key and same hash is the same command. */
  readonly hash: string;
  readonly acceptedAt: string;
  /** Drawn by the writer: tells its own write, whose answer was lost, from an earlier one. */
  readonly nonce: string;
}

export type Ledger = Immutable &
  (
    | { readonly kind: 'scale-up'; readonly command: ScaleUpCommand; readonly template: WorkerTemplate }
    | {
        readonly kind: 'scale-down';
        readonly command: ScaleDownCommand;
        readonly podNames: readonly string[];
      }
  );

export const freshState: LedgerState = { created: false, closedAt: '', ended: {} };

export function encodeLedger(ledger: Ledger, now: LedgerState): Record<string, string> {
  return {
    version,
    kind: ledger.kind,
    'accepted-at': ledger.acceptedAt,
    hash: ledger.hash,
    nonce: ledger.nonce,
    request: JSON.stringify(ledger.command),
    ...(ledger.kind === 'scale-up'
      ? { template: JSON.stringify(ledger.template) }
      : { workers: JSON.stringify(ledger.podNames) }),
    state: encodeState(now),
  };
}

export function encodeState(now: LedgerState): string {
  return JSON.stringify(now);
}

/** @throws Error naming the record and what is wrong with it. */
export function decodeLedger({ name, data }: Pick<StoredRecord, 'name' | 'data'>): Ledger {
  return reading(name, () => {
    const immutable = decodeImmutable(data);
    const request: unknown = JSON.parse(field(data, 'request'));
    if (data['kind'] === 'scale-up') {
      const resolved = template.parse(JSON.parse(field(data, 'template')));
      return { ...immutable, kind: 'scale-up', command: scaleUp.parse(request), template: resolved };
    }
    const podNames = z.array(text).parse(JSON.parse(field(data, 'workers')));
    return { ...immutable, kind: 'scale-down', command: scaleDown.parse(request), podNames };
  });
}

/** @throws Error saying what is wrong. */
export function decodeImmutable(data: StoredRecord['data']): Immutable {
  if (data['version'] !== version) throw new Error(`version ${data['version']} is not ${version}`);
  return {
    hash: field(data, 'hash'),
    acceptedAt: field(data, 'accepted-at'),
    nonce: data['nonce'] ?? '',
  };
}

/** @throws Error naming the record and what is wrong with it. */
export function decodeState({ name, data }: Pick<StoredRecord, 'name' | 'data'>): LedgerState {
  return reading(name, () => state.parse(JSON.parse(field(data, 'state'))));
}

/** What a book of scale commands reads and writes with. */
export const scaleCodec: LedgerCodec<LedgerState> = {
  decode: decodeState,
  encode: encodeState,
  epochOf: (now) => now.epoch ?? 0,
  // First, where it is also decoded: what is read encodes to the same text.
  stamp: ({ epoch: _, ...now }, by) => ({ epoch: by, ...now }),
  isOpen: ({ closedAt }) => closedAt === '',
};

export function field(data: StoredRecord['data'], key: string): string {
  const value = data[key];
  if (value === undefined) throw new Error(`${key} is missing`);
  return value;
}

/** @throws Error naming the record, whatever `read` throws. */
export function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : String(cause);
    throw new Error(`the ledger ${name} cannot be read: ${why}`, { cause });
  }
}
