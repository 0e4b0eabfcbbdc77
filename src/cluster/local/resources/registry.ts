/**
 * The resources that the local cluster serves, each with its rules.
 */
import type { StatusCause } from '../api-error.ts';
import { forbidden, invalidValue, tooLong } from '../field-cause.ts';
import { isJsonObject, objectField, type JsonObject, type KubeObject } from '../kube-object.ts';
import { asPod, isTerminal } from '../pod.ts';
import type { ResourceType } from '../store/resource-type.ts';
import { badConfigKey, badLabelName, badSubdomain } from './dns-names.ts';
import { defaultPod } from './pod-defaults.ts';
import { validatePod, validatePodUpdate } from './pod-validation.ts';
import { configMapShape, leaseShape, misfit, plainShape, podShape, type Shape } from './shape.ts';

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const checked = (shape: Shape) => (draft: JsonObject) => misfit(shape, draft, '');
const good = (): readonly StatusCause[] => [];

const base = {
  group: '',
  version: 'v1',
  shortNames: [],
  namespaced: true,
  verbs: allVerbs,
  statusApart: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
  returnsDeleted: false,
  malformed: checked(plainShape),
  prepareCreate: () => undefined,
  validate: good,
  validateUpdate: good,
  badName: badSubdomain,
  selectableFields: [],
  graceSeconds: () => 0,
} satisfies Partial<ResourceType>;

export const pods: ResourceType = {
  ...base,
  plural: 'pods',
  singular: 'pod',
  kind: 'Pod',
  shortNames: ['po'],
  statusApart: true,
  returnsDeleted: true,
  malformed: checked(podShape),
  prepareCreate: defaultPod,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  selectableFields: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  // As podStrategy.CheckGracefulDelete: only what runs on a node needs the node's consent.
  graceSeconds: (object, requested) => {
    const pod = asPod(object);
    if ((pod.spec.nodeName ?? '') === '' || isTerminal(pod)) return 0;
    return Math.max(0, requested ?? pod.spec.terminationGracePeriodSeconds);
  },
};

const configMapBytesMax = 1024 * 1024;

function validateConfigMap(object: KubeObject): StatusCause[] {
  const causes: StatusCause[] = [];
  let bytes = 0;
  for (const field of ['data', 'binaryData']) {
    const map = isJsonObject(object[field]) ? object[field] : {};
    for (const [key, value] of Object.entries(map)) {
      const bad = badConfigKey(key);
      if (bad !== undefined) causes.push(invalidValue(`${field}[${key}]`, key, bad));
      bytes += Buffer.byteLength(String(value));
    }
  }
  if (bytes > configMapBytesMax) causes.push(tooLong('', configMapBytesMax));
  return causes;
}

function validateConfigMapUpdate(object: KubeObject, before: KubeObject): StatusCause[] {
  const causes = validateConfigMap(object);
  if (before['immutable'] !== true) return causes;
  if (object['immutable'] !== true)
    causes.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
  for (const field of ['data', 'binaryData'])
    if (JSON.stringify(object[field] ?? {}) !== JSON.stringify(before[field] ?? {}))
      causes.push(forbidden(field, 'field is immutable when `immutable` is set'));
  return causes;
}

export const configMaps: ResourceType = {
  ...base,
  plural: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  shortNames: ['cm'],
  malformed: checked(configMapShape),
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};

function validateLease(object: KubeObject): StatusCause[] {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  const { leaseDurationSeconds, leaseTransitions } = spec;
  const causes: StatusCause[] = [];
  if (typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0)
    causes.push(invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  if (typeof leaseTransitions === 'number' && leaseTransitions < 0)
    causes.push(
      invalidValue('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'),
    );
  return causes;
}

export const leases: ResourceType = {
  ...base,
  group: 'coordination.k8s.io',
  plural: 'leases',
  singular: 'lease',
  kind: 'Lease',
  unconditionalUpdate: false,
  createOnUpdate: true,
  malformed: checked(leaseShape),
  validate: validateLease,
  validateUpdate: validateLease,
};

export const events: ResourceType = {
  ...base,
  plural: 'events',
  singular: 'event',
  kind: 'Event',
  shortNames: ['ev'],
  createOnUpdate: true,
  selectableFields: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (f) => `involvedObject.${f}`,
    ),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

export const namespaces: ResourceType = {
  ...base,
  plural: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  statusApart: true,
  returnsDeleted: true,
  prepareCreate: (draft) => {
    draft['spec'] = { finalizers: ['kubernetes'] };
    draft['status'] = { phase: 'Active' };
    // The namespace controller takes this off once the namespace is empty.
    objectField(draft, 'metadata')['finalizers'] = ['kubernetes'];
  },
  badName: badLabelName,
  selectableFields: ['status.phase'],
};

const readOnly = ['get', 'list', 'watch'];

export const nodes: ResourceType = {
  ...base,
  plural: 'nodes',
  singular: 'node',
  kind: 'Node',
  shortNames: ['no'],
  namespaced: false,
  verbs: readOnly,
  statusApart: true,
  selectableFields: ['spec.unschedulable'],
};

export const serviceAccounts: ResourceType = {
  ...base,
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  kind: 'ServiceAccount',
  shortNames: ['sa'],
  verbs: readOnly,
};

/** Not kept anywhere: made of the Pods and what their processes use when somebody asks. */
export const podMetrics: ResourceType = {
  ...base,
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  plural: 'pods',
  singular: '',
  kind: 'PodMetrics',
  verbs: ['get', 'list'],
};

/** What the store keeps. */
export const allResources: readonly ResourceType[] = [
  pods,
  configMaps,
  leases,
  events,
  namespaces,
  nodes,
  serviceAccounts,
];

/** What the API serves. */
export const servedResources: readonly ResourceType[] = [...allResources, podMetrics];
