/** How a mutant replaces a part of the real composition: a test's own, around the real charts. */
import { fromPromise, type AnyActorLogic, type PromiseActorLogic } from 'xstate';
import { providePool, type Policy, type Ports } from '../../../src/actors/provide.ts';
import type { Cluster } from '../../../src/cluster/port.ts';
import type { pipelineMachine } from '../../../src/machines/pipeline/pipeline.machine.ts';
import type { workerMachine } from '../../../src/machines/worker/worker.machine.ts';
import { tapPool } from '../../../src/recording/tap-pool.ts';
import type { Compose } from '../model/ottoscaler.ts';

export function withCluster(change: (cluster: Cluster, ports: Ports) => Cluster): Compose {
  return (ports, policy) => providePool({ ...ports, cluster: change(ports.cluster, ports) }, policy);
}

type PipelineParts = Parameters<typeof pipelineMachine.provide>[0];
type WorkerParts = Parameters<typeof workerMachine.provide>[0];

/** @param parts what is filled in otherwise */
export function withPipeline(parts: (ports: Ports, policy: Policy) => PipelineParts): Compose {
  return (ports, policy) => {
    const { machine, input } = providePool(ports, policy);
    const pipeline = input.logic.pipeline.provide(parts(ports, policy));
    return { machine, input: { ...input, logic: { ...input.logic, pipeline } } };
  };
}

/** @param parts what is filled in otherwise */
export function withWorker(parts: (ports: Ports, policy: Policy) => WorkerParts): Compose {
  return (ports, policy) => {
    const { machine, input } = providePool(ports, policy);
    const worker = input.logic.worker.provide(parts(ports, policy));
    return { machine, input: { ...input, logic: { ...input.logic, worker } } };
  };
}

/** @param real does what the effect does otherwise */
type Change<Input, Output> = (input: Input, real: () => Promise<Output>) => Promise<Output>;

/** An effect that does more, less, or something else than the one that fills its slot. */
export function changed<Input, Output>(
  logic: AnyActorLogic,
  change: Change<Input, Output>,
): PromiseActorLogic<Output, Input> {
  const { config: effect } = logic as AnyActorLogic & { config: (args: unknown) => Promise<Output> };
  return fromPromise<Output, Input>((args) => change(args.input, () => effect(args)));
}

/** @param changes by slot, wherever among the charts it is */
export function withEffects(
  changes: (ports: Ports) => Readonly<Record<string, (logic: AnyActorLogic) => AnyActorLogic>>,
): Compose {
  return (ports, policy) => {
    const bySlot = changes(ports);
    return tapPool(providePool(ports, policy), {
      fill: (slot, logic) => bySlot[slot]?.(logic) ?? logic,
      watch: () => undefined,
    });
  };
}

/**
 * Where a part cannot be given: another method for a while.
 *
 * @param make makes the method's replacement from what it is
 */
export function replaced<Part, Name extends keyof Part>(
  of: Part,
  name: Name,
  make: (real: Part[Name]) => Part[Name],
): Disposable {
  const real = of[name];
  of[name] = make(real);
  return {
    [Symbol.dispose]: () => {
      of[name] = real;
    },
  };
}
