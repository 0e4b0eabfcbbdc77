/**
 * Asks Ottoscaler for workers and pipelines.
 *
 * What Nest's ClientGrpc returns is cold: each subscription is a call of its own. So single answers are promises here,
 * and only progress is an Observable.
 */
import { Metadata, status, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientGrpc } from '@nestjs/microservices';
import { defer, firstValueFrom, retry, takeWhile, tap, throwError, timer, type Observable } from 'rxjs';
import type {
  CancelPipelineRequest,
  CancelPipelineResponse,
  PipelineProgress,
  PipelineRequest,
  ScaleRequest,
  ScaleResponse,
  WorkerStatusRequest,
  WorkerStatusResponse,
} from '../rpc/contract.js';

export const ottoscalerPackage = Symbol('OTTOSCALER_PACKAGE');

type Call<Request, Response> = (
  request: Request,
  metadata?: Metadata,
  options?: CallOptions,
) => Observable<Response>;

interface OttoscalerService {
  scaleUp: Call<ScaleRequest, ScaleResponse>;
  scaleDown: Call<ScaleRequest, ScaleResponse>;
  getWorkerStatus: Call<WorkerStatusRequest, WorkerStatusResponse>;
  executePipeline: Call<PipelineRequest, PipelineProgress>;
  cancelPipeline: Call<CancelPipelineRequest, CancelPipelineResponse>;
}

const answerWithinMs = 30_000;
const tries = { most: 30, pauseMs: 1_000 };
/** The connection or the server went away; the run has not. */
const passing: readonly unknown[] = [status.UNAVAILABLE, status.UNKNOWN, status.INTERNAL];

@Injectable()
export class OttoscalerClient implements OnModuleInit {
  #service!: OttoscalerService;

  constructor(@Inject(ottoscalerPackage) private readonly client: ClientGrpc) {}

  onModuleInit(): void {
    this.#service = this.client.getService<OttoscalerService>('OttoscalerService');
  }

  scaleUp(request: ScaleRequest): Promise<ScaleResponse> {
    return this.#ask(this.#service.scaleUp, request);
  }

  scaleDown(request: ScaleRequest): Promise<ScaleResponse> {
    return this.#ask(this.#service.scaleDown, request);
  }

  workerStatus(request: WorkerStatusRequest): Promise<WorkerStatusResponse> {
    return this.#ask(this.#service.getWorkerStatus, request);
  }

  cancelPipeline(request: CancelPipelineRequest): Promise<CancelPipelineResponse> {
    return this.#ask(this.#service.cancelPipeline, request);
  }

  /**
   * Every event of the run once, and its end; goes on after the last one where the connection broke. Unsubscribing
   * leaves the run alone: `cancelPipeline` ends it.
   */
  executePipeline(request: PipelineRequest): Observable<PipelineProgress> {
    return defer(() => {
      let last = request.after_sequence ?? 0;
      return defer(() => this.#service.executePipeline({ ...request, after_sequence: last })).pipe(
        tap(({ sequence }) => (last = sequence)),
        retry({
          count: tries.most,
          delay: (error: unknown) => (isPassing(error) ? timer(tries.pauseMs) : throwError(() => error)),
          resetOnSuccess: true,
        }),
        takeWhile((event) => !isEnd(event), true),
      );
    });
  }

  #ask<Request, Response>(call: Call<Request, Response>, request: Request): Promise<Response> {
    const options = { deadline: Date.now() + answerWithinMs };
    return firstValueFrom(call(request, new Metadata(), options));
  }
}

export function isEnd({ stage_id: stageId, status: now }: PipelineProgress): boolean {
  return stageId === '' && (now === 'STAGE_COMPLETED' || now === 'STAGE_FAILED' || now === 'STAGE_CANCELLED');
}

function isPassing(error: unknown): boolean {
  return passing.includes((error as Partial<ServiceError>).code);
}
