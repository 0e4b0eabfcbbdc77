/**
 * What a Pod's observed state means for its worker.
 *
 * Level-based: the verdict follows from the latest facts alone, never from how they were reached, so
 * duplicates, gaps (Running never seen) and restarts change nothing.
 */
import { failure, type Failure } from './failure.ts';
import { isTerminal, type ObservedPod } from './pod.ts';

export type Verdict =
  | { readonly kind: 'starting'; readonly reason: string }
  | { readonly kind: 'running' }
  /** The node does not answer; the container may still run. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'succeeded' }
  /** Terminal, or certain never to start: the Pod is to be deleted. */
  | { readonly kind: 'failed'; readonly failure: Failure };

const imagePullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ErrImageNeverPull',
]);
/**
 * Pulls that the kubelet will try again with good prospects: its own limit on pulls (five a second by default,
 * which twenty Pods of a `:latest` image exceed), or a registry that is slow or throttles.
 */
const transientPull =
  /QPS exceeded|time(?:d )?-?out|deadline exceeded|handshake|connection (?:reset|refused)|\bEOF\b|temporar|too ?many ?requests|\b(?:429|50[0234])\b/i;
/** Kubelets before 1.28 do not say why they wait; the ErrImagePull before it did, and the next try will. */
const untoldPull = /^Back-off pulling image "[^"]*"$/;
const imageInvalidReasons = new Set(['InvalidImageName', 'ImageInspectError']);
const configReasons = new Set(['CreateContainerConfigError', 'CreateContainerError']);
const startReasons = new Set(['RunContainerError', 'StartError', 'ContainerCannotRun', 'CrashLoopBackOff']);

/** @returns true where this is what a registry says that will probably answer the next time. */
export function isTransientPull(message: string): boolean {
  return transientPull.test(message);
}

/** @returns true where a kubelet waits before its next try to pull and does not say why. */
export function isUntoldPull(message: string): boolean {
  return untoldPull.test(message);
}

/** @returns the one verdict on this Pod; total over whatever a cluster may report. */
export function judgePod(pod: ObservedPod): Verdict {
  if (pod.phase === 'Succeeded') return { kind: 'succeeded' };
  if (pod.phase === 'Failed') {
    return hasMainSucceeded(pod) ? { kind: 'succeeded' } : { kind: 'failed', failure: terminalFailure(pod) };
  }
  if (pod.phase === 'Unknown' || pod.reason === 'NodeLost') {
    return { kind: 'unreachable', reason: pod.message || 'its node does not answer' };
  }
  const container = pod.container;
  if (container?.kind === 'waiting') return judgeWaiting(container.reason, container.message);
  if (pod.phase === 'Running') return { kind: 'running' };
  if (pod.unschedulable !== undefined) return { kind: 'starting', reason: pod.unschedulable };
  return { kind: 'starting', reason: pod.nodeName ? `starting on ${pod.nodeName}` : 'waiting for a node' };
}

function judgeWaiting(reason: string, message: string): Verdict {
  const evidence = message || reason;
  if (imagePullReasons.has(reason) && !isUntoldPull(message) && !isTransientPull(message))
    return { kind: 'failed', failure: failure('image-pull', evidence) };
  if (imageInvalidReasons.has(reason)) return { kind: 'failed', failure: failure('image-invalid', evidence) };
  if (configReasons.has(reason)) return { kind: 'failed', failure: failure('config-error', evidence) };
  if (startReasons.has(reason)) return { kind: 'failed', failure: failure('start-error', evidence) };
  return { kind: 'starting', reason: message ? `${reason}: ${message}` : reason || 'container is starting' };
}

/** A container that somebody put beside ours fails the Pod, not the work: the Pod itself has no reason then. */
function hasMainSucceeded({ container, reason, disrupted }: ObservedPod): boolean {
  const hasExitedWell =
    container?.kind === 'terminated' && container.exitCode === 0 && /^(?:Completed)?$/.test(container.reason);
  return hasExitedWell && reason === '' && disrupted === undefined;
}

/** Why a Pod in phase Failed failed; the cluster's own reasons outrank the container's exit code. */
function terminalFailure(pod: ObservedPod): Failure {
  const evidence = pod.message || pod.reason;
  if (pod.reason === 'DeadlineExceeded') return failure('deadline', evidence);
  if (pod.reason === 'Evicted' || pod.reason === 'Preempting') return failure('evicted', evidence);
  if (pod.reason === 'NodeLost' || pod.reason === 'NodeShutdown' || pod.reason === 'Shutdown') {
    return failure('node-lost', evidence);
  }
  if (pod.disrupted !== undefined) return failure('evicted', pod.disrupted);
  if (/^(OutOf|UnexpectedAdmissionError|NodeAffinity|Terminated)/.test(pod.reason)) {
    return failure('evicted', `${pod.reason}: ${pod.message}`);
  }
  const container = pod.container;
  if (container?.kind !== 'terminated')
    return failure('unknown', evidence || 'the Pod failed without a reason');
  if (container.reason === 'OOMKilled')
    return failure('oom-killed', 'the container exceeded its memory limit');
  if (startReasons.has(container.reason))
    return failure('start-error', container.message || container.reason);
  if (pod.deleting)
    return failure('deleted', `the Pod was deleted; its container exited with ${container.exitCode}`);
  return failure('exit-code', `container worker exited with ${container.exitCode}`, container.exitCode);
}

/** Why a worker failed whose Pod vanished: with or without a terminal status seen before. */
export function lostFailure(last: ObservedPod): Failure {
  const verdict = judgePod(last);
  if (verdict.kind === 'failed' && isTerminal(last)) return verdict.failure;
  if (last.disrupted !== undefined) return failure('evicted', last.disrupted);
  if (verdict.kind === 'unreachable') return failure('node-lost', verdict.reason);
  return last.deleting
    ? failure('deleted', 'the Pod was deleted by someone else')
    : failure('unknown', 'the Pod vanished without a terminal status');
}
