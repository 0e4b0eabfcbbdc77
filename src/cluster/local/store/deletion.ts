/**
 * What a request to delete does, decided as kube-apiserver's `rest.BeforeDelete` decides it.
 *
 * A Pod on a node is only marked; its node removes it with a second request of grace 0. A second request may
 * only shorten the grace. Finalizers hold an object back until they are gone, whatever the grace.
 */
import { ApiError, conflict } from '../api-error.ts';
import { rfc3339Seconds, type KubeObject, type ObjectMeta } from '../kube-object.ts';
import type { ResourceType } from './resource-type.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly graceSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: Propagation;
  readonly dryRun?: boolean;
}

export type DeletionStep =
  | { readonly kind: 'remove' }
  | { readonly kind: 'mark'; readonly metadata: ObjectMeta }
  /** Already on its way, and this request changes nothing. */
  | { readonly kind: 'wait' };

export function checkPreconditions(type: ResourceType, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  if (options.uid !== undefined && options.uid !== uid)
    throw conflict(
      type,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). ` +
        'The object might have been deleted and then recreated',
    );
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
    throw conflict(
      type,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ` +
        `ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}

export function deletionStep(
  type: ResourceType,
  object: KubeObject,
  options: DeleteOptions,
  nowMs: number,
): DeletionStep {
  const requested = options.graceSeconds;
  if (requested !== undefined && (!Number.isInteger(requested) || requested < 0))
    throw new ApiError('BadRequest', `gracePeriodSeconds must be a non-negative integer, not ${requested}`);
  const { metadata } = object;
  const held = (metadata.finalizers?.length ?? 0) > 0;
  if (metadata.deletionTimestamp !== undefined) return shortened(metadata, requested, held);
  const grace = type.graceSeconds(object, requested);
  if (grace === 0 && !held) return { kind: 'remove' };
  return {
    kind: 'mark',
    metadata: {
      ...metadata,
      deletionTimestamp: rfc3339Seconds(nowMs + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  };
}

function shortened(metadata: ObjectMeta, requested: number | undefined, held: boolean): DeletionStep {
  const before = metadata.deletionGracePeriodSeconds ?? 0;
  if (requested === undefined || requested >= before)
    return before === 0 && !held ? { kind: 'remove' } : { kind: 'wait' };
  if (requested === 0 && !held) return { kind: 'remove' };
  const deadlineMs = Date.parse(metadata.deletionTimestamp ?? '') - (before - requested) * 1000;
  return {
    kind: 'mark',
    metadata: {
      ...metadata,
      deletionTimestamp: rfc3339Seconds(deadlineMs),
      deletionGracePeriodSeconds: requested,
    },
  };
}

/** True for an object that only its finalizers kept, once they are gone. */
export function isDue(metadata: ObjectMeta): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers?.length ?? 0) === 0
  );
}
