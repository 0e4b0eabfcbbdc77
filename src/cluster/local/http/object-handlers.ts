/**
 * The verbs of the Kubernetes API over the store: get, list, create, update, patch, delete, deletecollection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

import { ApiError, conflict } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import { isJsonObject, jsonOf, type JsonObject, type KubeObject } from '../kube-object.ts';
import { bindPodToNode } from '../pod-binding.ts';
import type { ListPage } from '../store/list-pages.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from '../store/patch.ts';
import { apiVersionOf, type ResourceType } from '../store/resource-type.ts';
import type { Selection } from '../store/watchers.ts';
import { deleteOptions, flag, integer, isDryRun, matcher } from './query.ts';
import { mediaType, parseJson, readBody, readObject } from './request-body.ts';
import type { ResourcePath } from './request-path.ts';
import { sendJson } from './respond.ts';
import { tableJson, type IncludeObject } from './table.ts';

export interface Call {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function selectionOf({ path, query }: Call): Selection {
  const matches = matcher(query, path.type);
  const named =
    path.name === ''
      ? matches
      : (object: KubeObject) => object.metadata.name === path.name && matches?.(object) !== false;
  return {
    resource: path.type,
    ...(path.namespace === undefined || !path.type.namespaced ? {} : { namespace: path.namespace }),
    ...(named === undefined ? {} : { matches: named }),
  };
}

export const wantsTable = (request: IncomingMessage): boolean =>
  (request.headers.accept ?? '').includes('as=Table');

export function includeOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject');
  return value === 'None' || value === 'Object' ? value : 'Metadata';
}

function sendObject(call: Call, code: number, object: KubeObject): void {
  if (!wantsTable(call.request)) return sendJson(call.response, code, jsonOf(object));
  const { resourceVersion } = object.metadata;
  const view = {
    type: call.path.type,
    include: includeOf(call.query),
    nowMs: call.clock.nowMs(),
    listMeta: { resourceVersion },
  };
  return sendJson(call.response, code, tableJson(view, [object]));
}

export function getObject(call: Call): void {
  const { type, namespace = '', name } = call.path;
  sendObject(call, 200, call.store.get(type, namespace, name));
}

export function listObjects(call: Call): void {
  const { path, query, store } = call;
  const page = store.list({
    ...selectionOf(call),
    limit: integer(query, 'limit') ?? 0,
    continueToken: query.get('continue') ?? '',
  });
  const isSelected = query.get('labelSelector') || query.get('fieldSelector');
  const listMeta = {
    resourceVersion: page.resourceVersion,
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.continueToken === '' || isSelected ? {} : { remainingItemCount: page.remainingCount }),
  };
  const json = wantsTable(call.request)
    ? tableJson(
        { type: path.type, include: includeOf(query), nowMs: call.clock.nowMs(), listMeta },
        page.items,
      )
    : listJson(path.type, listMeta, page);
  sendJson(call.response, 200, json);
}

function listJson(type: ResourceType, listMeta: object, page: ListPage): string {
  const items = page.items.map((item) => jsonOf(item)).join(',');
  return `{"kind":"${type.kind}List","apiVersion":"${apiVersionOf(type)}","metadata":${JSON.stringify(listMeta)},"items":[${items}]}`;
}

export async function createObject(call: Call): Promise<void> {
  const { type, namespace = '' } = call.path;
  const body = await readObject(call.request, type.kind);
  sendObject(call, 201, call.store.create(type, namespace, body, { dryRun: isDryRun(call.query) }));
}

const partOf = (path: ResourcePath): 'main' | 'status' => (path.subresource === 'status' ? 'status' : 'main');

export async function replaceObject(call: Call): Promise<void> {
  const { path, store } = call;
  const { type, namespace = '', name } = path;
  const body = await readObject(call.request, type.kind);
  const dryRun = isDryRun(call.query);
  if (type.createOnUpdate && store.find(type, namespace, name) === undefined) {
    const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
    if (metadata['name'] !== undefined && metadata['name'] !== name)
      throw new ApiError(
        'BadRequest',
        `the name of the object (${JSON.stringify(metadata['name'])}) does not match the name on the URL (${name})`,
      );
    const { uid } = metadata;
    // What has a UID is an update of something that was there, and nothing has no UID.
    if (typeof uid === 'string' && uid !== '')
      throw conflict(type, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: `);
    return sendObject(
      call,
      201,
      store.create(type, namespace, { ...body, metadata: { ...metadata, name } }, { dryRun }),
    );
  }
  return sendObject(
    call,
    200,
    store.update(type, namespace, name, () => body, { part: partOf(path), dryRun }),
  );
}

const patchFormats: Readonly<Record<string, (target: unknown, patch: unknown) => unknown>> = {
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
  'application/json-patch+json': jsonPatch,
};

export async function patchObject(call: Call): Promise<void> {
  const { path, store } = call;
  const { type, namespace = '', name } = path;
  const apply = patchFormats[mediaType(call.request)];
  const text = await readBody(call.request);
  if (apply === undefined) throw new ApiError('UnsupportedMediaType', '415: Unsupported Media Type', {});
  const patch = parseJson(text, 'error decoding patch');
  // A patch is a precondition only where it names a resourceVersion: else the current one stays in place.
  const change = (current: KubeObject): JsonObject => {
    const patched = apply(current, patch);
    if (!isJsonObject(patched)) throw new ApiError('BadRequest', 'the patch does not leave an object');
    return patched;
  };
  sendObject(
    call,
    200,
    store.update(type, namespace, name, change, { part: partOf(path), dryRun: isDryRun(call.query) }),
  );
}

async function readOptions(call: Call): Promise<JsonObject> {
  const text = await readBody(call.request);
  const body = text === '' ? {} : parseJson(text, "couldn't parse DeleteOptions");
  if (!isJsonObject(body)) throw new ApiError('BadRequest', 'DeleteOptions must be an object');
  return body;
}

export async function deleteObject(call: Call): Promise<void> {
  const { type, namespace = '', name } = call.path;
  const options = deleteOptions(call.query, await readOptions(call));
  const { object, removed } = call.store.delete(type, namespace, name, options);
  if (!removed || type.returnsDeleted) return sendJson(call.response, 200, jsonOf(object));
  const details = {
    name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.plural,
    uid: object.metadata.uid,
  };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return sendJson(call.response, 200, JSON.stringify(status));
}

/** Answers with the list as it was, like kube-apiserver. */
export async function deleteCollection(call: Call): Promise<void> {
  const { type } = call.path;
  const options = deleteOptions(call.query, await readOptions(call));
  if (flag(call.query, 'watch'))
    throw new ApiError('MethodNotAllowed', 'a collection cannot be deleted by a watch', {});
  const objects = call.store.select(selectionOf(call));
  for (const { metadata } of objects)
    call.store.delete(type, metadata.namespace ?? '', metadata.name, options);
  const items = objects.map((object) => jsonOf(object)).join(',');
  const meta = `{"resourceVersion":"${call.store.revision}"}`;
  sendJson(
    call.response,
    200,
    `{"kind":"${type.kind}List","apiVersion":"${apiVersionOf(type)}","metadata":${meta},"items":[${items}]}`,
  );
}

/** Assigns a Pod to a node, once. */
export async function bindPod(call: Call): Promise<void> {
  const { namespace = '', name } = call.path;
  const body = await readObject(call.request, 'Binding');
  const node = isJsonObject(body['target']) ? body['target']['name'] : undefined;
  if (typeof node !== 'string' || node === '')
    throw new ApiError('BadRequest', 'target.name: Required value');
  const uid = isJsonObject(body['metadata']) ? body['metadata']['uid'] : undefined;
  const precondition = typeof uid === 'string' && uid !== '' ? { uid } : {};
  if (!isDryRun(call.query))
    bindPodToNode(call.store, call.clock, { namespace, name, node, ...precondition });
  sendJson(
    call.response,
    201,
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }),
  );
}
