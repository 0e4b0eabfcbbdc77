/**
 * An otto-handler that does as a test tells it: a real gRPC server, killed and started again on one port.
 *
 * It remembers what it acknowledged as a careful receiver does: by the last number of each stream.
 */
import {
  Server,
  ServerCredentials,
  status as code,
  type Metadata,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import { ottoHandlerLogService } from '../../src/rpc/contract.ts';
import type {
  LogForwardResponse,
  _ottoscaler_v1_LogForwardResponse_Status as Status,
} from '../../src/rpc/generated/ottoscaler/v1/LogForwardResponse.ts';
import type { WorkerLogBatch__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerLogEntry__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import type { WorkerStatusAck } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusAck.ts';
import type { WorkerStatusNotification__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusNotification.ts';

interface Arrival {
  /** Of the message on its stream, from 1. */
  readonly number: number;
  readonly entries: readonly WorkerLogEntry__Output[];
}

/** One answer, several, or none. */
export type Script = (arrival: Arrival) => LogForwardResponse | readonly LogForwardResponse[] | undefined;

export const acknowledge: Script = ({ number }) => ({ status: 'ACK', sequence: number });

type Call<Message> = ServerDuplexStream<Message, LogForwardResponse>;

export class ScriptedHandler {
  script: Script = acknowledge;
  notices: (notice: WorkerStatusNotification__Output) => WorkerStatusAck | undefined = () => ({
    status: 'RECEIVED',
  });
  takesBatches = true;
  credentials = ServerCredentials.createInsecure();
  /** The headers `authorization` that it was shown; '' = none. */
  readonly shown = new Set<string>();
  /** What it does with a line that it acknowledges, repeated ones too. */
  take: (entry: WorkerLogEntry__Output) => void = (entry) => this.#keep(entry);
  /** What was acknowledged, deduplicated, in order of arrival. */
  readonly kept = new Map<string, WorkerLogEntry__Output[]>();
  readonly notified: WorkerStatusNotification__Output[] = [];
  messages = 0;
  entries = 0;
  duplicates = 0;
  #server: Server | undefined;
  #port = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = new Server();
    const { ForwardWorkerLogBatches, ...platform } = ottoHandlerLogService;
    const ours = this.takesBatches ? { ...platform, ForwardWorkerLogBatches } : platform;
    server.addService(ours, {
      ForwardWorkerLogs: (call: Call<WorkerLogEntry__Output>) => this.#serve(call, (entry) => [entry]),
      ForwardWorkerLogBatches: (call: Call<WorkerLogBatch__Output>) =>
        this.#serve(call, ({ entries }) => entries),
      NotifyWorkerStatus: (
        { request, metadata }: { request: WorkerStatusNotification__Output; metadata: Metadata },
        answer: (error: { code: number } | null, ack?: WorkerStatusAck) => void,
      ) => {
        this.#hear(metadata);
        this.notified.push(request);
        const ack = this.notices(request);
        if (ack) answer(null, ack);
        else answer({ code: code.DEADLINE_EXCEEDED });
      },
    });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(`127.0.0.1:${this.#port}`, this.credentials, (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
    this.#port = await promise;
    this.#server = server;
  }

  /** As a process that is killed: every connection breaks. */
  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  keptOf(stream: string): readonly WorkerLogEntry__Output[] {
    return this.kept.get(stream) ?? [];
  }

  #serve<Message>(
    call: Call<Message>,
    entriesOf: (message: Message) => readonly WorkerLogEntry__Output[],
  ): void {
    let number = 0;
    this.#hear(call.metadata);
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', (message: Message) => {
      number++;
      const arrival = { number, entries: entriesOf(message) };
      this.messages++;
      this.entries += arrival.entries.length;
      const scripted = this.script(arrival) ?? [];
      const answers: readonly LogForwardResponse[] = Array.isArray(scripted) ? scripted : [scripted];
      if (answers.some(({ status, sequence }) => isAck(status) && sequence === number))
        for (const entry of arrival.entries) this.take(entry);
      for (const answer of answers) call.write(answer);
    });
  }

  #hear(metadata: Metadata): void {
    const [header] = metadata.get('authorization');
    this.shown.add(typeof header === 'string' ? header : '');
  }

  #keep(entry: WorkerLogEntry__Output): void {
    const stream = entry.metadata['otto.stream'] ?? '';
    const entries = this.kept.get(stream) ?? [];
    this.kept.set(stream, entries);
    if (seqOf(entry) <= seqOf(entries.at(-1))) this.duplicates++;
    else entries.push(entry);
  }
}

function isAck(status: Status | undefined): boolean {
  return status === 'ACK' || status === 0;
}

export function seqOf(entry: WorkerLogEntry__Output | undefined): number {
  return Number(entry?.metadata['otto.seq'] ?? 0);
}

/** What a stream's entries tell, by the numbers alone. */
export function tally(entries: readonly WorkerLogEntry__Output[]): {
  readonly lines: number;
  readonly marked: number;
  /** Missing without a word. */
  readonly unnoticed: number;
  readonly lastSeq: number;
} {
  const sum = { lines: 0, marked: 0, unnoticed: 0, lastSeq: 0 };
  for (const entry of entries) {
    const seq = seqOf(entry);
    const first = Number(entry.metadata['otto.gap.first'] ?? seq);
    sum.unnoticed += Math.max(0, first - sum.lastSeq - 1);
    if (entry.metadata['otto.gap'] === undefined) sum.lines++;
    else sum.marked += seq - Math.max(first, sum.lastSeq + 1) + 1;
    sum.lastSeq = seq;
  }
  return sum;
}
