/**
 * A list of Pods as the API server's protocol buffers → the same as its JSON would be, as far as we read that.
 *
 * A third of the bytes of a Pod is its own history (managedFields), and most of the rest is its spec: parsing all of
 * that as JSON takes as long as all else of a takeover. Here it is stepped over. What a field means is decided in one
 * place for both encodings (`observe-pod.ts`); a contract test holds the two to each other on a real API server.
 *
 * Numbers of fields never change their meaning: k8s.io/api/core/v1/generated.proto and
 * k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto.
 */
import { specHashAnnotation } from '../port.ts';
import { WireError, WireReader } from './wire-reader.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** Before every message, which is wrapped in a `runtime.Unknown`. */
const magic = Buffer.from('k8s\0', 'latin1');

type Json = Record<string, unknown>;

/** @throws WireError where the bytes are no PodList. */
export function decodePodList(bytes: Buffer): unknown {
  const list = unwrap(bytes, 'PodList');
  const items: Json[] = [];
  let metadata: Json = {};
  while (list.next()) {
    if (list.field === 1) metadata = listMeta(list.message());
    else if (list.field === 2) items.push(pod(list.message()));
  }
  return { metadata, items };
}

/** What an API server says where it refuses. @throws WireError */
export function decodeStatus(bytes: Buffer): unknown {
  const status = unwrap(bytes, 'Status');
  const json: Json = {};
  while (status.next()) {
    if (status.field === 3) json['message'] = status.text();
    else if (status.field === 4) json['reason'] = status.text();
    else if (status.field === 5) json['details'] = statusDetails(status.message());
  }
  return json;
}

function unwrap(bytes: Buffer, wanted: string): WireReader {
  if (!bytes.subarray(0, magic.length).equals(magic)) throw new WireError('the bytes are no object');
  const unknown = new WireReader(bytes, magic.length);
  let kind = '';
  let raw: WireReader | undefined;
  while (unknown.next()) {
    if (unknown.field === 1) kind = textOf(unknown.message(), 2);
    else if (unknown.field === 2) raw = unknown.message();
  }
  if (kind !== wanted || !raw) throw new WireError(`the object is no ${wanted}`);
  return raw;
}

function textOf(message: WireReader, field: number): string {
  let text = '';
  while (message.next()) if (message.field === field) text = message.text();
  return text;
}

function listMeta(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 2) json['resourceVersion'] = message.text();
    else if (message.field === 3) json['continue'] = message.text();
  }
  return json;
}

function statusDetails(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) if (message.field === 5) json['retryAfterSeconds'] = message.int32;
  return json;
}

function pod(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['metadata'] = objectMeta(message.message());
    else if (message.field === 2) json['spec'] = podSpec(message.message());
    else if (message.field === 3) json['status'] = podStatus(message.message());
  }
  return json;
}

function objectMeta(message: WireReader): Json {
  const owners: Json[] = [];
  const json: Json = { ownerReferences: owners };
  while (message.next()) {
    if (message.field === 1) json['name'] = message.text();
    else if (message.field === 5) json['uid'] = message.text();
    else if (message.field === 6) json['resourceVersion'] = message.text();
    else if (message.field === 8) json['creationTimestamp'] = time(message.message());
    else if (message.field === 9) json['deletionTimestamp'] = time(message.message());
    else if (message.field === 12) noteSpecHash(message.message(), json);
    else if (message.field === 13) owners.push(ownerReference(message.message()));
  }
  return json;
}

function noteSpecHash(entry: WireReader, json: Json): void {
  let isOurs = false;
  while (entry.next()) {
    if (entry.field === 1) isOurs = entry.text() === specHashAnnotation;
    else if (entry.field === 2 && isOurs) json['annotations'] = { [specHashAnnotation]: entry.text() };
  }
}

function ownerReference(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 3) json['name'] = message.text();
    else if (message.field === 4) json['uid'] = message.text();
    else if (message.field === 6) json['controller'] = message.boolean;
  }
  return json;
}

function podSpec(message: WireReader): Json {
  const containers: Json[] = [];
  const json: Json = { containers };
  while (message.next()) {
    if (message.field === 2) containers.push({ name: textOf(message.message(), 1) });
    else if (message.field === 10) json['nodeName'] = message.text();
  }
  return json;
}

function podStatus(message: WireReader): Json {
  const conditions: Json[] = [];
  const containerStatuses: Json[] = [];
  const json: Json = { conditions, containerStatuses };
  while (message.next()) {
    if (message.field === 1) json['phase'] = message.text();
    else if (message.field === 2) conditions.push(condition(message.message()));
    else if (message.field === 3) json['message'] = message.text();
    else if (message.field === 4) json['reason'] = message.text();
    else if (message.field === 6) json['podIP'] = message.text();
    else if (message.field === 8) containerStatuses.push(containerStatus(message.message()));
  }
  return json;
}

function condition(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['type'] = message.text();
    else if (message.field === 2) json['status'] = message.text();
    else if (message.field === 5) json['reason'] = message.text();
    else if (message.field === 6) json['message'] = message.text();
  }
  return json;
}

function containerStatus(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['name'] = message.text();
    else if (message.field === 2) json['state'] = containerState(message.message());
  }
  return json;
}

function containerState(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['waiting'] = waiting(message.message());
    else if (message.field === 2) json['running'] = { startedAt: startOf(message.message()) };
    else if (message.field === 3) json['terminated'] = terminated(message.message());
  }
  return json;
}

function waiting(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['reason'] = message.text();
    else if (message.field === 2) json['message'] = message.text();
  }
  return json;
}

function startOf(running: WireReader): string {
  let startedAt = '';
  while (running.next()) if (running.field === 1) startedAt = time(running.message());
  return startedAt;
}

function terminated(message: WireReader): Json {
  const json: Json = {};
  while (message.next()) {
    if (message.field === 1) json['exitCode'] = message.int32;
    else if (message.field === 3) json['reason'] = message.text();
    else if (message.field === 4) json['message'] = message.text();
    else if (message.field === 5) json['startedAt'] = time(message.message());
    else if (message.field === 6) json['finishedAt'] = time(message.message());
  }
  return json;
}

/** As JSON writes it, in whole seconds; '' where there is none. */
function time(message: WireReader): string {
  let seconds: number | undefined;
  while (message.next()) if (message.field === 1) seconds = message.number;
  // Beyond it there is no date; a time before 1970 reads as such a number.
  if (seconds === undefined || seconds > secondsMax) return '';
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

const secondsMax = 253_402_300_799;
