/**
 * The faults that a life may meet, by their numbers in the design, and how often where a seed has them at all.
 *
 * 63–65 are about what requests say: they are tried where requests are read, and never reach what is simulated.
 */
export interface Fault {
  readonly what: string;
  /** Share of the chances for it that it takes at the most; 0: it comes of others. */
  readonly most: number;
}

export const catalogue = {
  1: { what: 'create answered 409, the Pod is ours', most: 0 },
  2: { what: 'create answered 409, the Pod is foreign', most: 0.15 },
  3: { what: 'create answered 409 while the old Pod terminates', most: 0.3 },
  4: { what: 'update answered 409', most: 0.3 },
  5: { what: 'watch answered 410, listed anew', most: 0.1 },
  6: { what: 'continue token expired', most: 0.5 },
  7: { what: '429 with Retry-After', most: 0.25 },
  8: { what: '500/503, or nothing answers for a while', most: 0.3 },
  9: { what: 'write applied, told to have timed out', most: 0.3 },
  10: { what: 'write applied late, told to have failed', most: 0.1 },
  11: { what: 'watch or log half open', most: 0.05 },
  12: { what: 'watch or log closes again and again', most: 0.2 },
  13: { what: 'event doubled', most: 0.3 },
  14: { what: 'older event after a newer one', most: 0.3 },
  15: { what: 'event lost until the next list', most: 0.2 },
  16: { what: 'Pod deleted and made again under its name', most: 1 },
  17: { what: 'list after a restart is stale', most: 0.7 },
  18: { what: 'slow API', most: 0.3 },
  19: { what: '401', most: 0.2 },
  20: { what: 'quota exceeded', most: 0.4 },
  21: { what: '422', most: 0.1 },
  22: { what: 'unschedulable', most: 0.15 },
  23: { what: 'image cannot be pulled', most: 0.2 },
  24: { what: 'CreateContainerConfigError', most: 0.15 },
  25: { what: 'OOMKilled', most: 0.2 },
  26: { what: 'evicted', most: 0.25 },
  27: { what: 'node lost', most: 0.15 },
  28: { what: 'Pod deleted by somebody else', most: 0.3 },
  29: { what: 'Pod stuck in Terminating', most: 0.2 },
  30: { what: 'Pod vanished', most: 0.2 },
  31: { what: 'Pod ended before it was seen to run', most: 0.4 },
  32: { what: 'sidecar failed', most: 0.3 },
  33: { what: 'annotation of our Pod malformed', most: 1 },
  34: { what: 'kill -9 before the ledger', most: 0.1 },
  35: { what: 'kill -9 after the ledger, before the answer', most: 0.1 },
  36: { what: 'kill -9 among creates', most: 0.06 },
  37: { what: 'kill -9 around the record of an end', most: 0.05 },
  38: { what: 'kill -9 between a line or notice and its answer', most: 0.03 },
  39: { what: 'kill -9 around a delete', most: 0.06 },
  40: { what: 'kill -9 between dead letter and XACK', most: 0.3 },
  41: { what: 'disk full, torn, slow, refusing, without power', most: 0.03 },
  42: { what: 'wall clock jumps by up to 1 h', most: 1 },
  43: { what: 'process stands still, also beyond its lease', most: 1 },
  44: { what: 'two processes, one lease', most: 1 },
  45: { what: 'SIGTERM, twice or amid creates', most: 1 },
  46: { what: 'Redis away, from the start too; cut off, silent or slow', most: 1 },
  47: { what: 'Redis failed over to a replica that lags', most: 1 },
  48: { what: 'group destroyed, or all of Redis flushed', most: 1 },
  49: { what: 'event added twice', most: 0.6 },
  50: { what: 'poisonous event', most: 0.6 },
  51: { what: 'event claimed from a process that still has it', most: 0 },
  52: { what: 'otto-handler away', most: 1 },
  53: { what: 'otto-handler never answers', most: 0.1 },
  54: { what: 'otto-handler wants lines again', most: 0.2 },
  55: { what: 'DROP, and answers to what was not asked', most: 0.1 },
  56: { what: 'throttle_ms huge or negative', most: 0.1 },
  57: { what: 'notice refused or never answered', most: 0.2 },
  58: { what: 'caller goes away amid a run and comes back', most: 1 },
  59: { what: 'caller reads progress slowly', most: 1 },
  60: { what: 'cancel races whatever happens', most: 1 },
  61: { what: 'one id sent twice at once', most: 1 },
  62: { what: 'graph with a cycle', most: 1 },
} as const satisfies Readonly<Record<number, Fault>>;

export type FaultNumber = keyof typeof catalogue;

export const faultNumbers: readonly FaultNumber[] = Object.keys(catalogue).map(
  (number) => Number(number) as FaultNumber,
);
