/** Which role a method asks for. What is not in here is served to nobody: an RPC that is added must be added here. */
import type { Role } from '../../config/credentials-file.ts';
import type { OttoscalerServiceHandlers } from '../generated/ottoscaler/v1/OttoscalerService.ts';

/** `anyone`: it tells nothing and changes nothing. `worker`: the service itself asks for the token of that very worker. */
export type Demand = readonly Role[] | 'anyone' | 'worker';

const look: readonly Role[] = ['viewer', 'handler', 'operator'];
const command: readonly Role[] = ['handler', 'operator'];

const ottoscaler: Readonly<Record<keyof OttoscalerServiceHandlers, Demand>> = {
  ScaleUp: command,
  ScaleDown: command,
  GetWorkerStatus: look,
  ExecutePipeline: command,
  WatchPipeline: look,
  CancelPipeline: command,
  GetPipeline: look,
  ListPipelines: look,
  RetryPipeline: command,
  WatchLogs: look,
};

const demands: ReadonlyMap<string, Demand> = new Map<string, Demand>([
  ...Object.entries(ottoscaler).map(
    ([name, demand]) => [`/ottoscaler.v1.OttoscalerService/${name}`, demand] as const,
  ),
  ['/ottoscaler.v1.LogStreamingService/RegisterWorker', 'worker'],
  ['/ottoscaler.v1.LogStreamingService/StreamLogs', 'worker'],
  // A kubelet's probe has no credential.
  ['/grpc.health.v1.Health/Check', 'anyone'],
  ['/grpc.health.v1.Health/List', 'anyone'],
  ['/grpc.health.v1.Health/Watch', 'anyone'],
  ['/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', look],
  ['/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo', look],
]);

/** @returns undefined where nobody may call it */
export function demandOf(path: string): Demand | undefined {
  return demands.get(path);
}
