/** What a takeover cannot be faster than: the same Pods, listed page by page by a client that does nothing else. */
import { decodePodList, protobufType } from '../src/cluster/kubernetes/pod-list-message.ts';
import { readPage, type Page } from '../src/cluster/kubernetes/list-pods.ts';
import type { Namespace } from './support/namespace.ts';

const pageSize = 500;

type Encoding = 'json' | 'protobuf';

/** @returns seconds. @throws Error where there are not that many */
export async function listBare(
  { api, path }: Namespace,
  encoding: Encoding,
  wanted: number,
): Promise<number> {
  const startMs = performance.now();
  let count = 0;
  let token = '';
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(token && { continue: token }) });
    const accept = encoding === 'json' ? 'application/json' : protobufType;
    const page = {
      method: 'GET',
      path: `${path}/pods?${query.toString()}`,
      headers: { ...api.headers, accept },
    } as const;
    const { body } = await api.pool.request(page);
    const { items, next } = parse(encoding, Buffer.from(await body.arrayBuffer()));
    count += items.length;
    token = next;
  } while (token !== '');
  if (count !== wanted) throw new Error(`${count} Pods were listed instead of ${wanted}`);
  return (performance.now() - startMs) / 1_000;
}

function parse(encoding: Encoding, bytes: Buffer): Page {
  return readPage('list', encoding === 'json' ? JSON.parse(bytes.toString('utf8')) : decodePodList(bytes));
}
