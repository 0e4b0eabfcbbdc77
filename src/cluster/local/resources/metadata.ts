/**
 * The rules for `metadata` that hold for every kind.
 */
import type { StatusCause } from '../api-error.ts';
import { duplicate, forbidden, invalidValue, required, tooLong } from '../field-cause.ts';
import type { KubeObject, ObjectMeta } from '../kube-object.ts';
import type { ResourceType } from '../store/resource-type.ts';
import { badLabelValue, badQualifiedName } from './dns-names.ts';

const annotationsBytesMax = 256 * 1024;

export function validateMetadata(type: ResourceType, object: KubeObject): StatusCause[] {
  const { metadata } = object;
  const causes: StatusCause[] = [];
  if (metadata.generateName !== undefined && metadata.generateName !== '') {
    // Only the prefix is checked here: a trailing dash is good because a suffix follows it.
    const bad = type.badName(metadata.generateName.replace(/-$/, 'a'));
    if (bad !== undefined) causes.push(invalidValue('metadata.generateName', metadata.generateName, bad));
  }
  if (metadata.name === undefined || metadata.name === '')
    causes.push(required('metadata.name', 'name or generateName is required'));
  else {
    const bad = type.badName(metadata.name);
    if (bad !== undefined) causes.push(invalidValue('metadata.name', metadata.name, bad));
  }
  return [...causes, ...validateMaps(metadata), ...validateOwners(metadata)];
}

export function validateMetadataUpdate(
  type: ResourceType,
  next: KubeObject,
  current: KubeObject,
): StatusCause[] {
  const causes = validateMetadata(type, next);
  const before = new Set(current.metadata.finalizers);
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
  if (current.metadata.deletionTimestamp !== undefined && added.length > 0)
    causes.push(
      forbidden(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
      ),
    );
  return causes;
}

function validateMaps(metadata: ObjectMeta): StatusCause[] {
  const causes: StatusCause[] = [];
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    const badKey = badQualifiedName(key);
    if (badKey !== undefined) causes.push(invalidValue('metadata.labels', key, badKey));
    const badValue = badLabelValue(value);
    if (badValue !== undefined) causes.push(invalidValue('metadata.labels', value, badValue));
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    const badKey = badQualifiedName(key.toLowerCase());
    if (badKey !== undefined) causes.push(invalidValue('metadata.annotations', key, badKey));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > annotationsBytesMax) causes.push(tooLong('metadata.annotations', annotationsBytesMax));
  for (const finalizer of metadata.finalizers ?? []) {
    const bad = badQualifiedName(finalizer);
    if (bad !== undefined) causes.push(invalidValue('metadata.finalizers', finalizer, bad));
  }
  return causes;
}

function validateOwners(metadata: ObjectMeta): StatusCause[] {
  const causes: StatusCause[] = [];
  let controllers = 0;
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    const path = `metadata.ownerReferences[${index}]`;
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const)
      if (!owner[field])
        causes.push(invalidValue(`${path}.${field}`, owner[field] ?? '', `${field} must not be empty`));
    if (owner.controller === true) controllers += 1;
  }
  if (controllers > 1)
    causes.push(duplicate('metadata.ownerReferences', 'Only one reference can have Controller set to true'));
  return causes;
}
