/** A Pod of the store as the port shows it. */
import { observePod } from '../../../src/cluster/kubernetes/observe-pod.ts';
import { ApiError } from '../../../src/cluster/local/api-error.ts';
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';

export function observed(object: KubeObject): ObservedPod {
  const pod = observePod(object);
  if (!pod) throw new ApiError('InternalError', 'the store holds a Pod without name or UID');
  return pod;
}
