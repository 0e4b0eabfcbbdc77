/**
 * The key of the workers' tokens, made once for a namespace and never changed: every Ottoscaler that leads there
 * takes the tokens of workers that another one started.
 */
import { ClusterError, type RecordApi } from '../../cluster/port.ts';

/** No ledger, though it lies beside them; nobody's owner, and never swept. */
export const tokenKeyRecord = 'ottoscaler-worker-token-key';

const field = 'key';

/**
 * @param draw a new key; asked only where there is none
 * Rejects with a ClusterError, and with an Error where the record holds none.
 */
export async function readTokenKey(
  records: Pick<RecordApi, 'read' | 'create'>,
  draw: () => string,
): Promise<string> {
  const found = await records.read(tokenKeyRecord);
  if (found) return keyOf(found.data);
  const made = { name: tokenKeyRecord, labels: {}, data: { [field]: draw() } };
  try {
    return keyOf((await records.create(made)).data);
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'already-exists') throw error;
    // Somebody was first, or our own create was applied without our knowing.
    return keyOf((await records.read(tokenKeyRecord))?.data ?? {});
  }
}

function keyOf(data: Readonly<Record<string, string>>): string {
  const key = data[field] ?? '';
  if (key.length < 16)
    throw new Error(`the record ${tokenKeyRecord} holds no key; delete it and start again`);
  return key;
}
