/** Workers that announced themselves: so many at most. One that opened no stream for a while gives its place away. */
import { Injectable } from '@nestjs/common';
import type { RegistrationResponse, WorkerRegistration } from '../rpc/contract.js';
import { settings } from '../settings.js';

interface Pushing {
  readonly sessionId: string;
  streams: number;
  heardMs: number;
}

const idleMs = 10 * 60_000;

@Injectable()
export class PushingWorkers {
  readonly #workers = new Map<string, Pushing>();
  #made = 0;

  register({ worker_id: workerId }: WorkerRegistration): RegistrationResponse {
    if (workerId === '') return { status: 'INVALID_REQUEST', message: 'worker_id is empty' };
    const known = this.#workers.get(workerId);
    if (known) {
      known.heardMs = Date.now();
      return this.#accepted('ALREADY_REGISTERED', known);
    }
    const { workersMax } = settings.push;
    if (this.#workers.size >= workersMax) this.#forgetIdle();
    if (this.#workers.size >= workersMax)
      return { status: 'SERVER_FULL', message: `${workersMax} workers push already` };
    const worker = { sessionId: `session-${++this.#made}`, streams: 0, heardMs: Date.now() };
    this.#workers.set(workerId, worker);
    return this.#accepted('SUCCESS', worker);
  }

  /** @returns false where it did not register */
  opened(workerId: string): boolean {
    const worker = this.#workers.get(workerId);
    if (worker) worker.streams++;
    return worker !== undefined;
  }

  closed(workerId: string): void {
    const worker = this.#workers.get(workerId);
    if (!worker) return;
    worker.streams--;
    worker.heardMs = Date.now();
  }

  #accepted(status: 'SUCCESS' | 'ALREADY_REGISTERED', { sessionId }: Pushing): RegistrationResponse {
    const { linesPerSecond, windowLines, messageBytesMax } = settings.push;
    return {
      status,
      message: '',
      session_id: sessionId,
      config: {
        rate_limit: linesPerSecond,
        buffer_size: windowLines,
        max_message_size: messageBytesMax,
        include_metadata: true,
      },
    };
  }

  #forgetIdle(): void {
    const beforeMs = Date.now() - idleMs;
    for (const [workerId, { streams, heardMs }] of this.#workers)
      if (streams === 0 && heardMs < beforeMs) this.#workers.delete(workerId);
  }
}
