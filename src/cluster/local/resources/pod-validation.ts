/**
 * The rules for a Pod's spec, as far as they concern what the local node acts on. Types were checked before.
 */
import { isDeepStrictEqual } from 'node:util';

import type { StatusCause } from '../api-error.ts';
import { duplicate, forbidden, invalidValue, required, unsupported } from '../field-cause.ts';
import type { JsonObject, KubeObject } from '../kube-object.ts';
import { asPod, type Container, type PodSpec } from '../pod.ts';
import { badEnvironmentName, badLabelName, badQualifiedName, badSubdomain } from './dns-names.ts';
import { parseQuantity } from './quantity.ts';

export function validatePod(object: KubeObject): StatusCause[] {
  const { spec } = asPod(object);
  const causes = [
    ...validateContainers(spec.containers ?? [], 'spec.containers', new Set()),
    ...validateContainers(spec.initContainers ?? [], 'spec.initContainers', containerNames(spec)),
    ...validatePodFields(spec),
  ];
  if ((spec.containers ?? []).length === 0) causes.unshift(required('spec.containers'));
  return causes;
}

const containerNames = (spec: PodSpec): Set<string> => new Set((spec.containers ?? []).map((c) => c.name));

function validatePodFields(spec: PodSpec): StatusCause[] {
  const causes: StatusCause[] = [];
  const policies = ['Always', 'OnFailure', 'Never'];
  if (!policies.includes(spec.restartPolicy))
    causes.push(unsupported('spec.restartPolicy', spec.restartPolicy, policies));
  const deadline = spec.activeDeadlineSeconds ?? 1;
  if (deadline < 1 || deadline > 2_147_483_647)
    causes.push(
      invalidValue('spec.activeDeadlineSeconds', deadline, 'must be between 1 and 2147483647, inclusive'),
    );
  for (const field of ['nodeName', 'serviceAccountName'] as const) {
    const value = spec[field] ?? '';
    const bad = value === '' ? undefined : badSubdomain(value);
    if (bad !== undefined) causes.push(invalidValue(`spec.${field}`, value, bad));
  }
  return causes;
}

function validateContainers(
  containers: readonly Container[],
  path: string,
  taken: Set<string>,
): StatusCause[] {
  const causes: StatusCause[] = [];
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    const name = container.name ?? '';
    const bad = name === '' ? undefined : badLabelName(name);
    if (name === '') causes.push(required(`${at}.name`));
    else if (bad !== undefined) causes.push(invalidValue(`${at}.name`, name, bad));
    else if (taken.has(name)) causes.push(duplicate(`${at}.name`, name));
    taken.add(name);
    const image = container.image ?? '';
    if (image === '') causes.push(required(`${at}.image`));
    else if (image !== image.trim())
      causes.push(invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace'));
    const policies = ['Always', 'IfNotPresent', 'Never'];
    if (!policies.includes(container.imagePullPolicy))
      causes.push(unsupported(`${at}.imagePullPolicy`, container.imagePullPolicy, policies));
    causes.push(...validateEnvironment(container, at), ...validateResources(container, at));
  }
  return causes;
}

function validateEnvironment(container: Container, path: string): StatusCause[] {
  const causes: StatusCause[] = [];
  for (const [index, variable] of (container.env ?? []).entries()) {
    const at = `${path}.env[${index}]`;
    const name = variable.name ?? '';
    const bad = name === '' ? undefined : badEnvironmentName(name);
    if (name === '') causes.push(required(`${at}.name`));
    else if (bad !== undefined) causes.push(invalidValue(`${at}.name`, name, bad));
    if ((variable.value ?? '') !== '' && variable.valueFrom !== undefined)
      causes.push(invalidValue(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
  }
  return causes;
}

function validateResources(container: Container, path: string): StatusCause[] {
  const causes: StatusCause[] = [];
  const { requests = {}, limits = {} } = container.resources ?? {};
  for (const [side, amounts] of Object.entries({ limits, requests })) {
    for (const [name, amount] of Object.entries(amounts)) {
      const bad = badQualifiedName(name);
      if (bad !== undefined) causes.push(invalidValue(`${path}.resources.${side}`, name, bad));
      const isPlain = ['cpu', 'memory', 'ephemeral-storage'].includes(name);
      if (bad === undefined && !isPlain && !name.includes('/') && !name.startsWith('hugepages-'))
        causes.push(
          invalidValue(
            `${path}.resources.${side}[${name}]`,
            name,
            'must be a standard resource for containers',
          ),
        );
      if ((parseQuantity(amount) ?? 0) < 0)
        causes.push(
          invalidValue(`${path}.resources.${side}[${name}]`, amount, 'must be greater than or equal to 0'),
        );
    }
  }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit !== undefined && (parseQuantity(amount) ?? 0) > (parseQuantity(limit) ?? 0))
      causes.push(
        invalidValue(`${path}.resources.requests`, amount, `must be less than or equal to ${name} limit`),
      );
  }
  return causes;
}

const specChange =
  'pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, ' +
  '`spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)';

export function validatePodUpdate(object: KubeObject, before: KubeObject): StatusCause[] {
  const next = asPod(object).spec;
  const current = asPod(before).spec;
  const causes = validatePod(object);
  if (!isDeepStrictEqual(fixedPart(next), fixedPart(current))) causes.push(forbidden('spec', specChange));
  const was = current.activeDeadlineSeconds;
  const is = next.activeDeadlineSeconds;
  if (was !== undefined && (is === undefined || is > was))
    causes.push(
      invalidValue(
        'spec.activeDeadlineSeconds',
        is ?? null,
        `must be less than or equal to previous value ${was}`,
      ),
    );
  return causes;
}

const withoutImages = (list: readonly Container[] | undefined): JsonObject[] =>
  (list ?? []).map((container) => ({ ...container, image: '' }));

/** What of a spec may never change. A node is assigned once, by the binding, which passes by this rule. */
function fixedPart(spec: PodSpec): JsonObject {
  const fixed: JsonObject = { ...spec };
  delete fixed['activeDeadlineSeconds'];
  delete fixed['tolerations'];
  fixed['containers'] = withoutImages(spec.containers);
  fixed['initContainers'] = withoutImages(spec.initContainers);
  return fixed;
}
