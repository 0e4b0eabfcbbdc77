/**
 * CPU and memory of a worker: quantities within bounds, the request within the limit.
 *
 * A worker without a limit of its own gets the configured one, so a request is
 * held against that too; Kubernetes would refuse the Pod later and less clearly.
 */
import type { WorkerTemplate } from '../../machines/command.ts';
import type { Limits } from './limits.ts';
import { type Nanos, parseQuantity } from './quantity.ts';
import { quote, reject } from './reject.ts';

export type ResourceKey = 'cpu_request' | 'cpu_limit' | 'memory_request' | 'memory_limit';

/** `given` answers '' for a key that was left out; `fieldOf` names the keys in messages. */
export function workerResources(
  fieldOf: (key: ResourceKey) => string,
  given: (key: ResourceKey) => string,
  limits: Limits,
): WorkerTemplate['resources'] {
  const amounts = (keys: readonly ResourceKey[], bounds: Limits['cpu']) =>
    keys.map((key) => (given(key) === '' ? undefined : amount(fieldOf(key), given(key), bounds)));
  const [cpuRequest, cpuLimit] = amounts(['cpu_request', 'cpu_limit'], limits.cpu);
  const [memoryRequest, memoryLimit] = amounts(['memory_request', 'memory_limit'], limits.memory);

  ordered(fieldOf('cpu_request'), cpuRequest, cpuLimit, limits.cpuLimitDefault);
  ordered(fieldOf('memory_request'), memoryRequest, memoryLimit, limits.memoryLimitDefault);
  return {
    ...(cpuRequest && { cpuRequest: cpuRequest.text }),
    ...(cpuLimit && { cpuLimit: cpuLimit.text }),
    ...(memoryRequest && { memoryRequest: memoryRequest.text }),
    ...(memoryLimit && { memoryLimit: memoryLimit.text }),
  };
}

interface Amount {
  readonly text: string;
  readonly nanos: Nanos;
}

function amount(field: string, text: string, bounds: Limits['cpu']): Amount {
  const nanos = parseQuantity(text);
  const rule = `write a Kubernetes quantity from ${bounds.min} to ${bounds.max}`;
  if (nanos === undefined) reject(field, `${quote(text)} is not a quantity; ${rule}`);
  if (nanos < configured(bounds.min)) reject(field, `${text} is too little; ${rule}`);
  if (nanos > configured(bounds.max)) reject(field, `${text} is too much; ${rule}`);
  return { text, nanos };
}

function ordered(
  field: string,
  request: Amount | undefined,
  limit: Amount | undefined,
  limitDefault: string | undefined,
): void {
  const effective = limit?.text ?? limitDefault;
  if (!request || effective === undefined) return;
  if (request.nanos > configured(effective)) {
    const origin = limit ? 'the limit' : 'the default limit';
    reject(field, `${request.text} is more than ${origin} ${effective}; a request is at most its limit`);
  }
}

/** A quantity the operator wrote or that was checked before; anything else is a defect, not the caller's fault. */
function configured(text: string): Nanos {
  const nanos = parseQuantity(text);
  if (nanos === undefined) throw new TypeError(`limits: ${quote(text)} is not a quantity`);
  return nanos;
}
