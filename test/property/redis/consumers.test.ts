/**
 * Two consumers of one stream, in virtual time, while connections are cut, answers are lost, the group is forgotten,
 * processes are killed and the cluster is away: when all that is over, every valid event has taken effect once, every
 * malformed one is a dead letter, and nothing is pending.
 */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { EventStream } from '../../../src/redis/event-stream.ts';
import { RpcError } from '../../../src/rpc/status.ts';
import { EventBench, minIdleMs } from '../../support/event-bench.ts';
import { entry, entryId, upOf } from '../../support/redis-entries.ts';

const calls = ['read', 'recall', 'claim', 'renew', 'acknowledge', 'bury', 'createGroup'] as const;

type Step =
  | { readonly kind: 'add'; readonly how: 'valid' | 'twice' | 'malformed' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'cut' | 'loseGroup' | 'away' | 'back' }
  | { readonly kind: 'cluster'; readonly isReady: boolean }
  | { readonly kind: 'kill'; readonly which: number }
  | {
      readonly kind: 'fail';
      readonly call: keyof EventStream;
      readonly fault: 'unheard' | 'unanswered' | 'silent';
    };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      how: fc.constantFrom('valid' as const, 'valid' as const, 'twice' as const, 'malformed' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 10, 1_000, 30_000, 90_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cut', 'loseGroup', 'away', 'back') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cluster' as const), isReady: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), which: fc.nat({ max: 1 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      call: fc.constantFrom(...calls),
      fault: fc.constantFrom('unheard' as const, 'unanswered' as const, 'silent' as const),
    }),
  },
);

class Life {
  readonly bench = new EventBench();
  readonly valid: string[] = [];
  readonly malformed: string[] = [];
  isReady = true;
  #number = 0;
  readonly #processes = ['one', 'other'].map((name) => ({ name, ...this.#begin(name) }));

  constructor() {
    this.bench.judge = () => {
      if (!this.isReady) throw new RpcError('UNAVAILABLE', 'the cluster is away');
    };
  }

  async take(step: Step): Promise<void> {
    const { stream } = this.bench;
    if (step.kind === 'add') this.#add(step.how);
    else if (step.kind === 'pass') await this.bench.pass(step.ms);
    else if (step.kind === 'cut') stream.cut();
    else if (step.kind === 'loseGroup') stream.loseGroup();
    else if (step.kind === 'back') stream.isUp = true;
    else if (step.kind === 'cluster') this.isReady = step.isReady;
    else if (step.kind === 'fail') stream.failNext(step.call, step.fault);
    else if (step.kind === 'kill') this.#kill(step.which);
    else {
      stream.isUp = false;
      stream.cut();
    }
    await this.bench.pass(0);
  }

  async calm(): Promise<void> {
    this.bench.stream.isUp = true;
    this.isReady = true;
    for (const call of calls) this.bench.stream.heal(call);
    await this.bench.pass(5 * minIdleMs);
  }

  end(): void {
    for (const { kill } of this.#processes) kill();
  }

  #begin(name: string) {
    const begun = this.bench.process(name);
    begun.consumer.begin();
    return begun;
  }

  #kill(which: number): void {
    const killed = this.#processes[which];
    killed?.kill();
    if (killed) this.#processes[which] = { name: killed.name, ...this.#begin(killed.name) };
  }

  #add(how: 'valid' | 'twice' | 'malformed'): void {
    const number = ++this.#number;
    const taskId = `t${number}`;
    if (how === 'malformed') {
      this.malformed.push(entryId(number));
      this.bench.stream.add(entry(entryId(number), 'type', 'scale_up', 'pod_count', 'x'));
      return;
    }
    const key = how === 'twice' ? `e${number}` : entryId(number);
    this.valid.push(`up ${taskId} ${key}`);
    const own = how === 'twice' ? ['event_id', key] : [];
    this.bench.stream.add(upOf(number, taskId, ...own).entry);
    if (how === 'twice') this.bench.stream.add(upOf(++this.#number, taskId, ...own).entry);
  }
}

describe(
  'two consumers of one stream',
  { tags: ['G6', 'F40', 'F46', 'F47', 'F48', 'F49', 'F50', 'I10'] },
  () => {
    test.prop([fc.array(steps, { minLength: 5, maxLength: 60 })], { numRuns: 200 })(
      'carry out each valid event once, whatever happens on the way',
      async (given) => {
        const life = new Life();
        for (const step of given) await life.take(step);
        await life.calm();
        const { ledger, stream } = life.bench;
        life.end();
        const buried = new Set(stream.dead.map(([source]) => source?.[1]));
        expect([...ledger].toSorted()).toEqual(life.valid.toSorted());
        expect(buried).toEqual(new Set(life.malformed));
        expect(stream.pending?.size ?? 0).toBe(0);
      },
    );
  },
);
