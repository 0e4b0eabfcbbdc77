/**
 * Why a worker failed: a closed union, each with its evidence.
 *
 * `retryable_failures` and `error_message` on the wire speak these names, so a name never changes its
 * meaning.
 */

export const failureNames = [
  'image-pull',
  'image-invalid',
  'unschedulable',
  'create-rejected',
  'quota',
  'config-error',
  'oom-killed',
  'evicted',
  'node-lost',
  'deleted',
  'deadline',
  'exit-code',
  'start-error',
  'unknown',
] as const;

export type FailureName = (typeof failureNames)[number];

export interface Failure {
  readonly name: FailureName;
  /** One line that a person can act on, at most {@link evidenceCharsMax} characters. */
  readonly evidence: string;
  /** Of a container that ended by itself. */
  readonly exitCode?: number;
}

/** Bounds the ledger: one hundred outcomes with their evidence stay far below a ConfigMap's 1 MiB. */
const evidenceCharsMax = 400;

/** Builds a failure whose evidence is one bounded line without control characters. */
export function failure(name: FailureName, evidence: string, exitCode?: number): Failure {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  const line = evidence.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return {
    name,
    evidence: line.length > evidenceCharsMax ? `${line.slice(0, evidenceCharsMax - 1)}…` : line,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** The wire's `error_message`: the name, then the evidence. */
export function describeFailure(f: Failure): string {
  return `${f.name}: ${f.evidence}`;
}
