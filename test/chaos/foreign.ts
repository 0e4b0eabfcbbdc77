/**
 * Somebody else's objects, as much like ours as they can be: our labels, names of our form, a name that a worker
 * of ours would need, an owner that is no ledger, a ledger that nobody can read.
 */
import { podNamesOf } from '../../src/actors/ledger/order.ts';
import { defaultLimits } from '../../src/rpc/validate/limits.ts';
import { validateScaleUp } from '../../src/rpc/validate/scale.ts';
import type { Namespace, RawObject } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { image } from '../support/workers.ts';
import { collidingRequest, service } from './scaling.ts';

const labels = { 'managed-by': 'ottoscaler', app: 'otto-agent' };
const ending = 'abcdefghijklmnopqrstuvwxyz';
/** The task whose worker's name is taken. */
export const collidingTask = 'collision';

interface Planted {
  readonly path: string;
  readonly object: RawObject;
}

export class ForeignObjects {
  readonly #namespace: Namespace;
  readonly #planted: readonly Planted[];

  constructor(namespace: Namespace, planted: readonly Planted[]) {
    this.#namespace = namespace;
    this.#planted = planted;
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#planted.map(({ object }) => object.metadata.name));
  }

  /** @returns what became of those that are not as they were. */
  async touched(): Promise<readonly string[]> {
    const looks = this.#planted.map(async ({ path, object }) => {
      const now = (await this.#namespace.call('GET', path).catch(() => undefined)) as RawObject | undefined;
      if (now?.metadata.uid !== object.metadata.uid) return `${path} is gone`;
      return essence(now) === essence(object) ? undefined : `${path} was changed: ${JSON.stringify(now)}`;
    });
    return (await Promise.all(looks)).filter((one) => one !== undefined);
  }
}

/** All but what a node and the API server write. */
function essence({ metadata, ...rest }: RawObject & { readonly data?: unknown }): string {
  const { name, deletionTimestamp, annotations } = metadata;
  return JSON.stringify({ name, labels: metadata.labels, deletionTimestamp, annotations, data: rest.data });
}

export async function plant(namespace: Namespace): Promise<ForeignObjects> {
  const planted: Planted[] = [];
  const post = async (kind: 'pods' | 'configmaps', body: object): Promise<RawObject> => {
    const object = (await namespace.call('POST', kind, { body })) as RawObject;
    planted.push({ path: `${kind}/${object.metadata.name}`, object });
    return object;
  };
  const configMap = (name: string, own: object) =>
    post('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, ...own },
      data: { state: '{' },
    });
  const pod = (name: string, own: object) =>
    post('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, ...own },
      spec: {
        containers: [
          {
            name: 'worker',
            image,
            command: ['sh', '-c', service],
            resources: { requests: { cpu: '5m', memory: '8Mi' } },
          },
        ],
      },
    });

  await configMap(`otto-unreadable-${ending}`, { labels });
  const owner = await configMap(`otto-theirs-${ending}`, {});
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', ...nameOf(owner), controller: true };
  await pod(`otto-theirs-${ending}`, { labels, ownerReferences: [reference] });
  const ledger = { 'ottoscaler.io/ledger': owner.metadata.name };
  const place = { 'ottoscaler.io/index': '0', 'ottoscaler.io/attempt': '1' };
  await pod(`otto-alone-${ending}`, { labels: { ...labels, ...ledger, ...place } });
  await pod(takenName(namespace.name), { labels });
  const foreign = new ForeignObjects(namespace, planted);
  await until('the foreign Pods', async () => {
    const pods = await namespace.pods('');
    return pods.every(({ status: { phase } }) => phase !== 'Pending');
  });
  return foreign;
}

const nameOf = ({ metadata: { name, uid } }: RawObject) => ({ name, uid });

function takenName(namespace: string): string {
  return podNamesOf(namespace, validateScaleUp(collidingRequest(collidingTask), defaultLimits))[0] ?? '';
}
