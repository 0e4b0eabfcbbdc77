/**
 * The API server's JSON of a Pod → {@link ObservedPod}.
 *
 * Total: the JSON is untrusted, and one Pod that is malformed must cost no other Pod anything. A field of
 * the wrong type reads as absent. Nothing of the JSON is kept but strings, and those that many Pods have in
 * common are kept once.
 */
import { specHashAnnotation } from '../port.ts';
import type { ContainerState, ObservedPod, PodPhase } from '../../machines/pod.ts';
import { elements, field, text } from './untrusted.ts';

/** The kubelet cuts termination messages at this length, so an honest cluster loses nothing. */
const messageCharsMax = 4096;

const phases: ReadonlyMap<string, PodPhase> = new Map([
  // The API server fills in Pending, so no phase at all means that nobody has looked at the Pod yet.
  ['', 'Pending'],
  ['Pending', 'Pending'],
  ['Running', 'Running'],
  ['Succeeded', 'Succeeded'],
  ['Failed', 'Failed'],
]);

/** @returns undefined where `raw` has no name or UID, so that no decision could be about it. */
export function observePod(raw: unknown): ObservedPod | undefined {
  const metadata = field(raw, 'metadata');
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const name = text(field(metadata, 'name'));
  const uid = text(field(metadata, 'uid'));
  if (name === '' || uid === '') return undefined;
  const owner = controller(metadata);
  const specHash = text(field(field(metadata, 'annotations'), specHashAnnotation));
  const unscheduled = condition(status, 'PodScheduled', 'False');
  const disrupted = condition(status, 'DisruptionTarget', 'True');
  const container = mainContainer(spec, status);
  return {
    name,
    uid,
    resourceVersion: text(field(metadata, 'resourceVersion')),
    ...(owner && { owner }),
    ...(specHash && { specHash }),
    phase: phases.get(text(field(status, 'phase'))) ?? 'Unknown',
    reason: shared(text(field(status, 'reason'))),
    message: message(field(status, 'message')),
    deleting: text(field(metadata, 'deletionTimestamp')) !== '',
    ...(unscheduled !== undefined && { unschedulable: unscheduled }),
    ...(disrupted !== undefined && { disrupted }),
    ...(container && { container }),
    createdAt: text(field(metadata, 'creationTimestamp')),
    nodeName: shared(text(field(spec, 'nodeName'))),
    podIp: text(field(status, 'podIP')),
  };
}

function controller(metadata: unknown): ObservedPod['owner'] {
  for (const reference of elements(field(metadata, 'ownerReferences'))) {
    if (field(reference, 'controller') !== true) continue;
    return { name: shared(text(field(reference, 'name'))), uid: shared(text(field(reference, 'uid'))) };
  }
  return undefined;
}

/** Message, else reason, of a condition that has this status; '' where it gives neither. */
function condition(status: unknown, type: string, wanted: string): string | undefined {
  for (const entry of elements(field(status, 'conditions'))) {
    if (field(entry, 'type') !== type || field(entry, 'status') !== wanted) continue;
    return message(field(entry, 'message')) || shared(text(field(entry, 'reason')));
  }
  return undefined;
}

function mainContainer(spec: unknown, status: unknown): ContainerState | undefined {
  const statuses = elements(field(status, 'containerStatuses'));
  const name = field(elements(field(spec, 'containers'))[0], 'name');
  const own =
    typeof name === 'string' ? statuses.find((entry) => field(entry, 'name') === name) : statuses[0];
  return own === undefined ? undefined : containerState(field(own, 'state'));
}

function containerState(state: unknown): ContainerState {
  const terminated = field(state, 'terminated');
  if (terminated !== undefined && terminated !== null) {
    const exitCode = field(terminated, 'exitCode');
    return {
      kind: 'terminated',
      exitCode: typeof exitCode === 'number' ? exitCode : -1,
      reason: shared(text(field(terminated, 'reason'))),
      message: message(field(terminated, 'message')),
      startedAt: text(field(terminated, 'startedAt')),
      finishedAt: text(field(terminated, 'finishedAt')),
    };
  }
  const running = field(state, 'running');
  if (running !== undefined && running !== null) {
    return { kind: 'running', startedAt: text(field(running, 'startedAt')) };
  }
  // As the API documents it: a state with no member set is a waiting one.
  const waiting = field(state, 'waiting');
  return {
    kind: 'waiting',
    reason: shared(text(field(waiting, 'reason'))),
    message: message(field(waiting, 'message')),
  };
}

const sharedMax = 4096;
const sharedStrings = new Map<string, string>();

/** @returns the one copy of a string that many Pods have in common. */
function shared(value: string): string {
  const known = sharedStrings.get(value);
  if (known !== undefined) return known;
  if (sharedStrings.size >= sharedMax) sharedStrings.clear();
  sharedStrings.set(value, value);
  return value;
}

function message(value: unknown): string {
  const whole = text(value);
  if (whole.length <= messageCharsMax) return shared(whole);
  // A plain slice would keep the whole string alive behind it.
  return Buffer.from(whole.slice(0, messageCharsMax)).toString();
}
