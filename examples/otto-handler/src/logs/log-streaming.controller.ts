/** LogStreamingService: what otto-agent calls in workers that push their own lines. */
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, RpcException } from '@nestjs/microservices';
import { AnsweredStreams } from '../rpc/answered-streams.js';
import type { LogEntry, LogResponse, RegistrationResponse, WorkerRegistration } from '../rpc/contract.js';
import { settings } from '../settings.js';
import { idOf } from './line.js';
import { LineIntake } from './line-intake.js';
import { PushingWorkers } from './pushing-workers.js';

const service = 'LogStreamingService';

@Controller()
export class LogStreamingController {
  constructor(
    private readonly streams: AnsweredStreams,
    private readonly intake: LineIntake,
    private readonly workers: PushingWorkers,
  ) {}

  @GrpcMethod(service, 'RegisterWorker')
  registerWorker(registration: WorkerRegistration): RegistrationResponse {
    return this.workers.register(registration);
  }

  @GrpcStreamCall(service, 'StreamLogs')
  async streamLogs(call: ServerDuplexStream<LogEntry, LogResponse>): Promise<void> {
    let workerId: string | undefined;
    await this.streams.serve(call, async (entry, sequence) => {
      workerId ??= this.#open(entry.worker_id);
      if (entry.worker_id !== workerId)
        throw refusal(status.PERMISSION_DENIED, 'worker_id: a stream carries the lines of one worker');
      return await this.#answer(entry, sequence);
    });
    if (workerId !== undefined) this.workers.closed(workerId);
  }

  #open(workerId: string): string {
    if (this.workers.opened(workerId)) return workerId;
    throw refusal(status.FAILED_PRECONDITION, 'worker_id: not registered; call RegisterWorker first');
  }

  /** The answer names the line by the number that the worker gave it; without one, by its place on this stream. */
  async #answer(entry: LogEntry, place: number): Promise<LogResponse> {
    const sequence = idOf(entry, 'pushed')?.seq ?? place;
    const bytes = Buffer.byteLength(entry.message);
    const { messageBytesMax } = settings.push;
    if (bytes > messageBytesMax)
      return { status: 'DROP', message: `message: ${bytes} bytes, at most ${messageBytesMax}`, sequence };
    await this.intake.take([entry], 'pushed');
    return { status: 'ACK', message: '', sequence };
  }
}

function refusal(code: status, details: string): RpcException {
  return new RpcException({ code, details });
}
