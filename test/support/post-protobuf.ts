/**
 * Creates an object in Kubernetes' protobuf, which is JSON to every API server but one: a 1.20 built with
 * Go 1.18 or later crashes on Namespaces and Bindings in JSON, and kubectl and schedulers never send those.
 */
import { Pool } from 'undici';
import { findApiServer } from '../../src/cluster/kubernetes/find-api-server.ts';

/** A length-delimited protobuf field; both its number and its length must fit one byte. */
export function bytesField(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  if (number > 15 || bytes.length > 127) throw new RangeError('a field that needs more than a byte');
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** @param fields the object's own fields, encoded. */
export async function postProtobuf(
  kubeconfigPath: string,
  path: string,
  kind: string,
  ...fields: readonly Buffer[]
): Promise<void> {
  const server = await findApiServer({ kubeconfigPath, env: {}, nowMs: () => 0 });
  const typeMeta = Buffer.concat([bytesField(1, 'v1'), bytesField(2, kind)]);
  const envelope = [Buffer.from('k8s\0'), bytesField(1, typeMeta), bytesField(2, Buffer.concat(fields))];
  const pool = new Pool(server.origin, { connect: server.tls, allowH2: false });
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        ...(await server.credentials.headers()),
        'content-type': 'application/vnd.kubernetes.protobuf',
      },
      body: Buffer.concat(envelope),
    });
    await body.dump();
    if (statusCode !== 201) throw new Error(`POST ${path}: HTTP ${statusCode}`);
  } finally {
    await pool.close();
  }
}
