import { expect, test } from 'vitest';
import { kindOf } from '../../../../src/cluster/kubernetes/api-listener.ts';

const pods = '/api/v1/namespaces/ci/pods';

test.each([
  ['GET', '/version', {}, 'get', 'version'],
  ['GET', pods, { limit: 500 }, 'list', 'pods'],
  ['GET', pods, { watch: true }, 'watch', 'pods'],
  ['GET', `${pods}/otto-a`, {}, 'get', 'pods'],
  ['GET', `${pods}/otto-a/log`, { follow: true }, 'get', 'pods/log'],
  ['POST', pods, {}, 'create', 'pods'],
  ['PUT', '/api/v1/namespaces/ci/configmaps/otto-l', {}, 'update', 'configmaps'],
  ['DELETE', `${pods}/otto-a`, {}, 'delete', 'pods'],
  [
    'PUT',
    '/apis/coordination.k8s.io/v1/namespaces/namespaces/leases/pods',
    {},
    'update',
    'leases.coordination.k8s.io',
  ],
  ['GET', '/apis/metrics.k8s.io/v1beta1/namespaces/ci/pods', {}, 'list', 'pods.metrics.k8s.io'],
] as const)('%s %s %j is counted as %s of %s, by no name', (method, path, query, verb, resource) => {
  expect(kindOf({ method, path, query, what: '' })).toEqual({ verb, resource });
});
