/**
 * The news of workers' lives, each shown once. A notice is repeated until it is answered RECEIVED or IGNORED, in order
 * for each worker, and a worker has each status at most once.
 */
import { Injectable } from '@nestjs/common';
import type { WorkerStatusAck, WorkerStatusNotification } from '../rpc/contract.js';
import { Printer } from './printer.js';
import { TaskLines } from './task-lines.js';

const workersMax = 10_000;
/** Of a worker that failed, shown again. */
const lastLines = 5;

@Injectable()
export class Notices {
  readonly #seen = new Map<string, Set<string>>();

  constructor(
    private readonly tasks: TaskLines,
    private readonly printer: Printer,
  ) {}

  async take(notification: WorkerStatusNotification): Promise<WorkerStatusAck> {
    const { worker_id: workerId, status } = notification;
    if (workerId === '') return { status: 'IGNORED', message: 'worker_id is empty' };
    const seen = this.#of(workerId);
    if (seen.has(status)) return { status: 'IGNORED', message: 'known already' };
    seen.add(status);
    await this.printer.print([
      this.printer.notice(notification),
      ...(status === 'FAILED' ? this.#lastLines(notification) : []),
    ]);
    return { status: 'RECEIVED', message: '' };
  }

  #lastLines({ worker_id: workerId, task_id: taskId }: WorkerStatusNotification): readonly string[] {
    const lines = this.tasks.of(taskId).filter((line) => line.workerId === workerId);
    return lines.slice(-lastLines).map((line) => this.printer.again(line));
  }

  #of(workerId: string): Set<string> {
    const seen = this.#seen.get(workerId) ?? new Set();
    this.#seen.delete(workerId);
    this.#seen.set(workerId, seen);
    if (this.#seen.size > workersMax) {
      const [oldest = ''] = this.#seen.keys();
      this.#seen.delete(oldest);
    }
    return seen;
  }
}
