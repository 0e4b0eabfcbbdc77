/**
 * Plays the kubelet for Pods that no node takes: each runs, and has succeeded, as soon as two PATCHes of its
 * status can say so. Between them is no image, no container and no wait.
 *
 * A process of its own, told once what to watch; it goes on until it is ended.
 */
import { answerParent } from './answer-parent.ts';
import { Api, ApiError } from './api.ts';
import { statuses } from './pod-statuses.ts';

export interface Play {
  readonly kubeconfigPath: string;
  readonly namespace: string;
}

interface Change {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name: string; readonly resourceVersion: string } };
}

answerParent(play);

/** Resolves once it watches. */
async function play({ kubeconfigPath, namespace }: Play): Promise<'watching'> {
  const api = await Api.open({ kubeconfigPath });
  // A connection of its own: a watch never ends.
  const { pool, headers } = await Api.open({ kubeconfigPath, connections: 1 });
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const list = await api.call<Change['object']>('GET', `${path}?limit=1`);
  const from = `resourceVersion=${list.metadata.resourceVersion}`;
  const { body, statusCode } = await pool.request({
    method: 'GET',
    path: `${path}?watch=true&${from}`,
    headers,
  });
  if (statusCode !== 200) throw new Error(`watch ${path}: HTTP ${statusCode}`);
  void follow(body, (name) => void runOut(api, `${path}/${name}`));
  return 'watching';
}

async function follow(body: AsyncIterable<Buffer>, added: (name: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('{"type":"ADDED"')) continue;
      added((JSON.parse(line) as Change).object.metadata.name);
    }
  }
  // Without it nothing runs any more: the benchmark must not wait for ever.
  process.exit(1);
}

async function runOut(api: Api, podPath: string): Promise<void> {
  try {
    for (const status of statuses()) await api.call('PATCH', `${podPath}/status`, { status });
  } catch (error) {
    // Its owner may have deleted it.
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
