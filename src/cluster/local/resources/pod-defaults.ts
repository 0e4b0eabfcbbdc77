/**
 * What kube-apiserver fills into a Pod that leaves it open: the defaults of `core/v1` and of the admission
 * plugins ServiceAccount, Priority and DefaultTolerationSeconds (without the token volume: there is no token).
 */
import { isJsonObject, objectField, type JsonObject } from '../kube-object.ts';
import { parseQuantity } from './quantity.ts';

function fill(target: JsonObject, defaults: JsonObject): void {
  for (const [key, value] of Object.entries(defaults)) target[key] ??= value;
}

const tolerations = ['not-ready', 'unreachable'].map((key) => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

export function defaultPod(draft: JsonObject): void {
  const podSpec = objectField(draft, 'spec');
  draft['spec'] = podSpec;
  for (const field of ['containers', 'initContainers'])
    if (Array.isArray(podSpec[field]))
      for (const item of podSpec[field]) if (isJsonObject(item)) defaultContainer(item);
  fill(podSpec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    securityContext: {},
    schedulerName: 'default-scheduler',
    tolerations,
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  });
  podSpec['serviceAccount'] = podSpec['serviceAccountName'];
  draft['status'] = { phase: 'Pending', qosClass: qosClass(podSpec) };
}

function defaultContainer(container: JsonObject): void {
  const image = typeof container['image'] === 'string' ? container['image'] : '';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const isLatest = !name.includes('@') && (!name.includes(':') || name.endsWith(':latest'));
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
  });
  const resources = container['resources'];
  if (!isJsonObject(resources) || !isJsonObject(resources['limits'])) return;
  const requests = isJsonObject(resources['requests']) ? resources['requests'] : {};
  resources['requests'] = { ...resources['limits'], ...requests };
}

const amount = (side: JsonObject, name: string): number => parseQuantity(side[name]) ?? 0;

/** Guaranteed: every container has CPU and memory limits equal to its requests. BestEffort: none has any. */
function qosClass(spec: JsonObject): string {
  const lists = [spec['initContainers'], spec['containers']].filter((list) => Array.isArray(list));
  const resources = lists.flat().map((item: unknown) => (isJsonObject(item) ? item['resources'] : undefined));
  const sides = resources.map((entry) => {
    const { requests, limits } = isJsonObject(entry) ? entry : {};
    return { requests: isJsonObject(requests) ? requests : {}, limits: isJsonObject(limits) ? limits : {} };
  });
  const names = ['cpu', 'memory'];
  if (sides.every((s) => names.every((n) => amount(s.requests, n) === 0 && amount(s.limits, n) === 0)))
    return 'BestEffort';
  const isGuaranteed = sides.every((s) =>
    names.every((n) => amount(s.limits, n) > 0 && amount(s.requests, n) === amount(s.limits, n)),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
