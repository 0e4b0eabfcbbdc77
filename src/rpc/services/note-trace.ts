/** The caller's trace, which goes on with what its command causes (W3C Trace Context). */
import type { CallContext } from '../call-context.ts';
import type { PoolPort } from './pool-port.ts';

/** @param caller without metadata where it is no gRPC caller */
export function noteTrace(
  { traces }: PoolPort,
  command: object,
  { metadata }: Partial<Pick<CallContext, 'metadata'>>,
): void {
  const [traceparent] = metadata?.get('traceparent') ?? [];
  if (typeof traceparent === 'string') traces?.note(command, traceparent);
}
