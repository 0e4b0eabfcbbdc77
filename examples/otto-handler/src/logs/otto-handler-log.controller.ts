/** OttoHandlerLogService: what Ottoscaler calls. */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import { AnsweredStreams } from '../rpc/answered-streams.js';
import type {
  LogForwardResponse,
  WorkerLogBatch,
  WorkerLogEntry,
  WorkerStatusAck,
  WorkerStatusNotification,
} from '../rpc/contract.js';
import { LineIntake } from './line-intake.js';
import { Notices } from './notices.js';

const service = 'OttoHandlerLogService';

@Controller()
export class OttoHandlerLogController {
  constructor(
    private readonly streams: AnsweredStreams,
    private readonly intake: LineIntake,
    private readonly notices: Notices,
  ) {}

  @GrpcStreamCall(service, 'ForwardWorkerLogs')
  forwardWorkerLogs(call: ServerDuplexStream<WorkerLogEntry, LogForwardResponse>): Promise<void> {
    return this.streams.serve(call, async (entry, sequence) => {
      await this.intake.take([entry], 'forwarded');
      return acknowledged(sequence);
    });
  }

  /** Ottoscaler's own, many lines a message: without it the same lines come one by one. */
  @GrpcStreamCall(service, 'ForwardWorkerLogBatches')
  forwardWorkerLogBatches(call: ServerDuplexStream<WorkerLogBatch, LogForwardResponse>): Promise<void> {
    return this.streams.serve(call, async ({ entries }, sequence) => {
      await this.intake.take(entries, 'forwarded');
      return acknowledged(sequence);
    });
  }

  @GrpcMethod(service, 'NotifyWorkerStatus')
  notifyWorkerStatus(notification: WorkerStatusNotification): Promise<WorkerStatusAck> {
    return this.notices.take(notification);
  }
}

/**
 * A handler that cannot keep a line now answers RETRY, with `throttle_ms` if it wants a rest; one that will never want
 * it answers DROP.
 */
function acknowledged(sequence: number): LogForwardResponse {
  return { status: 'ACK', message: '', sequence, throttle_ms: 0 };
}
