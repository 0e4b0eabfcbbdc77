/**
 * A gRPC server that answers from a script, whatever it is asked: for tests of programs that call Ottoscaler.
 */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { ottoscalerService } from '../../src/rpc/contract.ts';
import type { OttoscalerServiceHandlers } from '../../src/rpc/generated/ottoscaler/v1/OttoscalerService.ts';
import type { ScaleRequest__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerPodStatus } from '../../src/rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';

export interface Script {
  /** What ScaleUp and ScaleDown answer; an Error with a gRPC code fails the call. */
  readonly scale?: ScaleResponse | { readonly code: number; readonly details: string };
  /** What GetWorkerStatus answers, one after the other; the last one for ever. */
  readonly workers?: readonly (readonly WorkerPodStatus[])[];
  readonly statusDelayMs?: number;
}

/** A server that follows the script, and what it was asked. */
export async function serve({ scale = {}, workers = [[]], statusDelayMs = 0 }: Script, port = 0) {
  const requests: ScaleRequest__Output[] = [];
  const asked = { status: 0, open: 0, openMax: 0 };
  const answerScale: OttoscalerServiceHandlers['ScaleUp'] = ({ request }, done) => {
    requests.push(request);
    if ('code' in scale) done(scale);
    else done(null, scale);
  };
  const handlers: Pick<OttoscalerServiceHandlers, 'ScaleUp' | 'ScaleDown' | 'GetWorkerStatus'> = {
    ScaleUp: answerScale,
    ScaleDown: answerScale,
    GetWorkerStatus: (_call, done) => {
      const list = workers[Math.min(asked.status++, workers.length - 1)] ?? [];
      asked.openMax = Math.max(asked.openMax, ++asked.open);
      setTimeout(() => {
        asked.open--;
        const count = (status: string) => list.filter((worker) => worker.status === status).length;
        done(null, {
          total_count: list.length,
          running_count: count('running'),
          pending_count: count('pending'),
          succeeded_count: count('succeeded'),
          failed_count: count('failed'),
          workers: [...list],
        });
      }, statusDelayMs);
    },
  };
  const server = new Server();
  server.addService(ottoscalerService, { ...handlers });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, number) =>
      error ? reject(error) : resolve(number),
    );
  });
  const stop = () => server.forceShutdown();
  onTestFinished(stop);
  return { address: `127.0.0.1:${bound}`, port: bound, requests, asked, stop };
}

/** A port that nobody listens on: one that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
