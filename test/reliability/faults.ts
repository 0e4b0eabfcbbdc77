/** What is injected, and what is required then: [fault, required behaviour], by number and by where it strikes. */
type Fault = readonly [fault: string, required: string];

export const apiServerFaults = {
  F1: ['create answered 409, the Pod is ours', 'adopt'],
  F2: ['create answered 409, the Pod is foreign', 'fail loudly, touch nothing'],
  F3: ['create answered 409 while the old Pod terminates', 'wait'],
  F4: ['update conflict', 're-read, recompute'],
  F5: ['watch answered 410, by HTTP or as an ERROR event', 'list again, tell the difference by UID'],
  F6: ['expired `continue` token', 'restart the list'],
  F7: ['429 with Retry-After', 'honour it, with jitter'],
  F8: ['500, 503', 'capped backoff, readiness degrades, no state is invented'],
  F9: ['create timed out but was applied', '409, then adopt'],
  F10: ['create applied late, after a 404', 'one Pod'],
  F11: ['half-open watch', 'noticed by the idle guard in less than 60 s'],
  F12: ['watch closes at once', 'at most one reconnect a second, ever fewer'],
  F13: ['duplicate event', 'nothing happens'],
  F14: ['older event', 'terminal state holds'],
  F15: ['lost DELETE', 'the next list finds it'],
  F16: ['deleted and made again under one name', 'two Pods, by UID'],
  F17: ['stale list after a restart', 'no duplicate'],
  F18: ['slow API server, 30 s a call', 'bounded concurrency, healthy loop'],
  F19: ['401', 'read the token again'],
  F20: ['403 for a quota', 'pending with the reason, backoff'],
  F21: ['422', 'INVALID_ARGUMENT, no retry'],
} as const satisfies Record<string, Fault>;

export const podFaults = {
  F22: ['unschedulable', 'ends at its pending deadline'],
  F23: ['ImagePullBackOff, InvalidImageName', 'fail early with the reason, delete'],
  F24: ['CreateContainerConfigError', 'fail early with the reason, delete'],
  F25: ['OOMKilled', 'fails as `oom-killed`'],
  F26: ['evicted, DisruptionTarget', "retry of the infrastructure, not of the user's budget"],
  F27: ['node lost, Unknown', 'not failed until confirmed, with a ceiling'],
  F28: ['deleted by someone else', 'ends as deleted; the retry policy decides'],
  F29: ['stuck terminating', 'not active, alarmed, others go on'],
  F30: ['vanished without a terminal status', 'unknown, which is no success'],
  F31: ['Running to Succeeded was never seen', 'both notices, in order'],
  F32: ['sidecar fails, main container succeeds', 'the main container decides'],
  F33: ['malformed Pod or annotation of ours', 'costs that Pod only'],
} as const satisfies Record<string, Fault>;

export const processFaults = {
  F34: ['kill -9 before the ledger', 'no effect'],
  F35: ['kill -9 after the ledger, before the answer', 'sent again: ALREADY_PROCESSED'],
  F36: ['kill -9 after k of n creates', 'exactly n'],
  F37: ['kill -9 after the terminal state, before its record', 'recorded once'],
  F38: ['kill -9 after a line is sent, before its cursor', 'duplicates with the same ids only'],
  F39: ['kill -9 after the delete, before done', 'converges'],
  F40: ['kill -9 between dead letter and XACK', 'a duplicate there, never a loss'],
  F41: ['torn spool, full disk, EIO', 'cut to what is whole, gap counted, control plane lives'],
  F42: ['clock jumps an hour', 'durations are monotonic'],
  F43: ['loop stalled beyond the lease', 'step down'],
  F44: ['two leaders', 'G1 and G10 hold'],
  F45: ['SIGTERM twice, or in the middle of a create', 'drain once, in time'],
} as const satisfies Record<string, Fault>;

export const redisFaults = {
  F46: ['Redis down at the start or midway', 'gRPC unaffected'],
  F47: ['failover loses the pending list', 'redelivery changes nothing'],
  F48: ['NOGROUP, or flushed', 'made again from 0, deduplicated'],
  F49: ['producer adds twice', 'deduplicated by its business key'],
  F50: ['poison', 'dead letter, others flow'],
  F51: ['handling takes longer than min-idle', 'harmless'],
} as const satisfies Record<string, Fault>;

export const handlerFaults = {
  F52: ['otto-handler down for an hour', 'G5 holds'],
  F53: ['never ACKs', 'window fills, memory bounded'],
  F54: ['storm of RETRY', 'backoff, breaker, cap'],
  F55: ['DROP, unknown or duplicate ACK', 'defined, counted'],
  F56: ['throttle_ms negative or huge', 'clamped'],
  F57: ['NotifyWorkerStatus fails or hangs', 'durable outbox, in order per worker'],
} as const satisfies Record<string, Fault>;

export const clientFaults = {
  F58: ['disconnect in the middle of a run', 'G8 holds'],
  F59: ['slow reader of progress', 'bounded memory, no event lost'],
  F60: ['cancel races completion, retry delay, create', 'one terminal state, zero Pods'],
  F61: ['same id at once twice', 'one run'],
  F62: ['cycle, self, unknown or duplicate dependency', 'INVALID_ARGUMENT naming the culprit, zero Pods'],
  F63: ['chain of 10,000 stages', 'O(V+E) or RESOURCE_EXHAUSTED, no recursion'],
  F64: ['counts negative, 0, 2³¹−1', 'rejected'],
  F65: ['5 MiB, NUL, bidi, emoji, `$(…)`, `__proto__`', 'rejected or inert'],
} as const satisfies Record<string, Fault>;

export const faults = {
  ...apiServerFaults,
  ...podFaults,
  ...processFaults,
  ...redisFaults,
  ...handlerFaults,
  ...clientFaults,
};
