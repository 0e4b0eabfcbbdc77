/**
 * Ledger records as ConfigMaps of one namespace.
 *
 * Every update is a compare-and-swap on UID and resourceVersion, which the API server decides; nothing here
 * reads before it writes.
 */
import { ClusterError, managedBy, type NewRecord, type RecordApi, type StoredRecord } from '../port.ts';
import { readPage } from './list-pods.ts';
import type { Transport } from './transport.ts';
import { field, stringMap, text } from './untrusted.ts';

const pageSize = 500;

export function createRecordApi(transport: Transport, namespace: string): RecordApi {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
  const read = (name: string): Promise<StoredRecord | undefined> => readRecord(transport, path, name);
  return {
    async create(record: NewRecord) {
      const what = `create record ${record.name}`;
      const metadata = { name: record.name, labels: ownLabels(record.labels) };
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: record.data };
      return stored(what, await transport.call({ method: 'POST', path, body, what }));
    },
    read,
    async update(record: StoredRecord) {
      try {
        return await replaceRecord(transport, path, record);
      } catch (error) {
        // A UID precondition on nothing is a conflict to the API server, and a loss to the caller.
        const conflict = error instanceof ClusterError && error.code === 'conflict';
        if (!conflict || (await read(record.name)) !== undefined) throw error;
        throw new ClusterError('not-found', `update record ${record.name}: it is gone`, { status: 404 });
      }
    },
    async delete(record) {
      try {
        await deleteRecord(transport, path, record);
        return 'deleted';
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        if (error.code === 'not-found') return 'gone';
        if (error.code === 'conflict' && (await read(record.name))?.uid !== record.uid) return 'gone';
        throw error;
      }
    },
    list: () => listRecords(transport, path),
  };
}

async function readRecord(
  transport: Transport,
  path: string,
  name: string,
): Promise<StoredRecord | undefined> {
  const what = `read record ${name}`;
  try {
    return stored(what, await transport.call({ method: 'GET', path: recordPath(path, name), what }));
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function replaceRecord(
  transport: Transport,
  path: string,
  record: StoredRecord,
): Promise<StoredRecord> {
  const { name, uid, resourceVersion } = record;
  const what = `update record ${name}`;
  const metadata = { name, uid, resourceVersion, labels: ownLabels(record.labels) };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: record.data };
  return stored(what, await transport.call({ method: 'PUT', path: recordPath(path, name), body, what }));
}

async function deleteRecord(
  transport: Transport,
  path: string,
  { name, uid, resourceVersion }: Pick<StoredRecord, 'name' | 'uid' | 'resourceVersion'>,
): Promise<void> {
  await transport.call({
    method: 'DELETE',
    path: recordPath(path, name),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } },
    what: `delete record ${name}`,
  });
}

/** An expired continue token rejects with `expired`: pages that were handed out cannot be taken back. */
async function* listRecords(transport: Transport, path: string): AsyncGenerator<readonly StoredRecord[]> {
  const labelSelector = `${managedBy.key}=${managedBy.value}`;
  let token = '';
  do {
    const query = { labelSelector, limit: pageSize, ...(token && { continue: token }) };
    const answer = await transport.call({ method: 'GET', path, query, what: 'list records' });
    const { items, next } = readPage('list records', answer);
    yield items.map(observeRecord).filter((record) => record !== undefined);
    token = next;
  } while (token !== '');
}

function observeRecord(raw: unknown): StoredRecord | undefined {
  const metadata = field(raw, 'metadata');
  const name = text(field(metadata, 'name'));
  const uid = text(field(metadata, 'uid'));
  const resourceVersion = text(field(metadata, 'resourceVersion'));
  if (name === '' || uid === '' || resourceVersion === '') return undefined;
  return {
    name,
    uid,
    resourceVersion,
    labels: stringMap(field(metadata, 'labels')),
    data: stringMap(field(raw, 'data')),
  };
}

function stored(what: string, raw: unknown): StoredRecord {
  const record = observeRecord(raw);
  if (record === undefined)
    throw new ClusterError('unavailable', `${what}: the API server's answer is no ConfigMap`);
  return record;
}

function ownLabels(labels: StoredRecord['labels']): StoredRecord['labels'] {
  return { ...labels, [managedBy.key]: managedBy.value };
}

function recordPath(path: string, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}
