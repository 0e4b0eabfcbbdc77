/**
 * A gRPC server with one run whose events a test tells one by one: for tests of programs that show pipelines.
 *
 * The run outlives its servers, as runs do: stop one, serve the same run again on its port, and its events go on.
 */
import { Server, ServerCredentials, status, type ServerWritableStream } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { ottoscalerService } from '../../src/rpc/contract.ts';
import type { CancelPipelineRequest__Output } from '../../src/rpc/generated/ottoscaler/v1/CancelPipelineRequest.ts';
import type { OttoscalerServiceHandlers } from '../../src/rpc/generated/ottoscaler/v1/OttoscalerService.ts';
import type { PipelineProgress } from '../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type {
  PipelineRequest,
  PipelineRequest__Output,
} from '../../src/rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import type { RetryPipelineResponse } from '../../src/rpc/generated/ottoscaler/v1/RetryPipelineResponse.ts';
import type { WorkerPodStatus } from '../../src/rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';

interface Reader {
  readonly after: number;
  write(event: PipelineProgress): void;
  end(): void;
}

type Refusal = { readonly code: number; readonly details: string };

type PipelineHandlers = Pick<
  OttoscalerServiceHandlers,
  'ExecutePipeline' | 'WatchPipeline' | 'CancelPipeline' | 'GetPipeline' | 'RetryPipeline' | 'GetWorkerStatus'
>;

/** A run that is told by a test, and what was asked about it. */
export class ScriptedRun {
  readonly executed: PipelineRequest__Output[] = [];
  /** `after_sequence` of each WatchPipeline. */
  readonly watched: number[] = [];
  readonly cancelled: CancelPipelineRequest__Output[] = [];
  /** What GetPipeline says it was started with, where nothing was executed. */
  request: PipelineRequest | null = null;
  /** What GetWorkerStatus answers. */
  workers: readonly WorkerPodStatus[] = [];
  retried: RetryPipelineResponse = {};
  refuses: Refusal | undefined;
  readonly #events: PipelineProgress[] = [];
  readonly #readers = new Set<Reader>();
  readonly #onCancel: (request: CancelPipelineRequest__Output) => void;

  constructor(onCancel: (request: CancelPipelineRequest__Output) => void = () => {}) {
    this.#onCancel = onCancel;
  }

  /** Events get the next sequence number and the time that goes with it. */
  tell(...events: readonly PipelineProgress[]): void {
    for (const event of events) {
      this.#events.push({ ...event, sequence: this.#events.length + 1 });
      for (const reader of this.#readers) this.#catchUp(reader, this.#events.length - 1);
    }
  }

  #catchUp(reader: Reader, from: number): void {
    for (const event of this.#events.slice(from)) {
      reader.write(event);
      const isEnd = ['STAGE_COMPLETED', 'STAGE_FAILED', 'STAGE_CANCELLED'].includes(String(event.status));
      if (event.stage_id === '' && isEnd) reader.end();
    }
  }

  #attach(call: ServerWritableStream<unknown, PipelineProgress>, after: number): void {
    if (this.refuses) {
      call.emit('error', this.refuses);
      return;
    }
    const reader = {
      after,
      write: (event: PipelineProgress) => void call.write(event),
      end: () => call.end(),
    };
    this.#readers.add(reader);
    call.on('cancelled', () => this.#readers.delete(reader));
    this.#catchUp(reader, after);
  }

  handlers(): PipelineHandlers {
    return {
      ExecutePipeline: (call) => {
        this.executed.push(call.request);
        this.#attach(call, 0);
      },
      WatchPipeline: (call) => {
        const after = call.request.after_sequence;
        this.watched.push(after);
        this.#attach(call, after);
      },
      CancelPipeline: ({ request }, done) => {
        this.cancelled.push(request);
        done(null, {
          pipeline_id: request.pipeline_id,
          message: `the run is being cancelled: ${request.mode}`,
        });
        this.#onCancel(request);
      },
      GetPipeline: (_call, done) => {
        const request = this.request ?? this.executed[0];
        if (request) done(null, { request });
        else done({ code: status.NOT_FOUND, details: 'pipeline_id "p1": there is no such run' });
      },
      RetryPipeline: (_call, done) => done(null, this.retried),
      GetWorkerStatus: ({ request }, done) => {
        const matching = this.workers.filter((worker) => worker.status === request.status_filter);
        done(null, { workers: matching, total_count: matching.length });
      },
    };
  }
}

/** Serves the run until `stop`, which breaks every stream, or the end of the test. */
export async function serveRun(run: ScriptedRun, port = 0) {
  const server = new Server();
  server.addService(ottoscalerService, { ...run.handlers() });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, number) =>
      error ? reject(error) : resolve(number),
    );
  });
  const stop = () => server.forceShutdown();
  onTestFinished(stop);
  return { address: `127.0.0.1:${bound}`, port: bound, stop };
}
