/** A consumer on a model of the stream, before a ledger that a test plays, in virtual time. */
import { EventConsumer } from '../../src/redis/consumer.ts';
import type { ScaleCall } from '../../src/rpc/services/scale.ts';
import { SimClock } from '../simulation/model/sim-clock.ts';
import { ModelStream } from './model-stream.ts';

export const minIdleMs = 60_000;

type Request = Parameters<ScaleCall>[0];

export class EventBench {
  readonly clock = new SimClock(Date.UTC(2026, 0, 1));
  readonly stream = new ModelStream(this.clock);
  /** Every command that was sent, as `up t1` or `down t1`, in order. */
  readonly sent: string[] = [];
  /** Keys that the ledger has. */
  readonly ledger = new Set<string>();
  readonly logged: string[] = [];
  /** Decides before the ledger does; throws what a caller would get. */
  judge: (request: Request, signal: AbortSignal) => void | Promise<void> = () => {};

  consumer(name = 'one'): EventConsumer {
    return this.process(name).consumer;
  }

  /** A consumer that can be killed: from then on nothing of it arrives anywhere. */
  process(name: string): { readonly consumer: EventConsumer; readonly kill: () => void } {
    const write = (_fields: object, message: string) => void this.logged.push(message);
    const life = { isOver: false };
    const consumer = new EventConsumer(
      {
        streams: this.stream.consumer(name),
        calls: { up: this.#call('up', life), down: this.#call('down', life) },
        clock: this.clock,
        random: () => 0.5,
        log: { debug: write, info: write, warn: write, error: write },
      },
      { stream: 's', minIdleMs },
    );
    const kill = () => {
      life.isOver = true;
      this.stream.cut(name);
      void consumer.close(0);
    };
    return { consumer, kill };
  }

  /** Lets time pass, and whatever follows from it. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.now() + ms;
    await settled();
    while (this.clock.step(untilMs)) await settled();
  }

  #call(kind: 'up' | 'down', life: { readonly isOver: boolean }): ScaleCall {
    return async (request, { signal }) => {
      this.sent.push(`${kind} ${request.task_id}`);
      await this.judge(request, signal);
      if (life.isOver) throw new Error('nothing of a killed process arrives');
      const key = `${kind} ${request.task_id} ${request.metadata['request_id'] ?? ''}`;
      const status = this.ledger.has(key) ? 'ALREADY_PROCESSED' : 'SUCCESS';
      this.ledger.add(key);
      return { status };
    };
  }
}

/** What can happen without time has happened. */
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
