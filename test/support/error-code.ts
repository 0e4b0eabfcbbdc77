/** The code of a rejection that should be a ClusterError; what else it is, where it is none. */
import { ClusterError } from '../../src/cluster/port.ts';

export function errorCode(reason: unknown): string {
  return reason instanceof ClusterError ? reason.code : `no ClusterError: ${String(reason)}`;
}
