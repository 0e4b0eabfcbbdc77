/** The schedule alone, against one that is slow and obviously right. */
import { describe, expect, test } from 'vitest';
import type { StageCommand } from '../../src/machines/pipeline/command.ts';
import {
  isUnneeded,
  Schedule,
  type Decision,
  type KnownPlace,
} from '../../src/machines/pipeline/schedule.ts';
import { seeded } from '../simulation/model/seeded.ts';
import { stageCommand } from '../support/pipelines.ts';
import { below, chance, drawOutline, pick } from '../support/random-pipelines.ts';
import { ReferenceScheduler, type Step } from '../support/reference-scheduler.ts';

const cases = Number(process.env['SCHEDULE_CASES'] ?? 4_000);
const blocks = Array.from({ length: 8 }, (_, block) => block);
const seedsOf = (block: number) =>
  Array.from({ length: cases / blocks.length }, (_, index) => 1 + block + index * blocks.length);

/** One run of a graph in both schedules at once; every difference is a sentence. */
class TwoSchedules {
  readonly broken: string[] = [];
  readonly stages: readonly StageCommand[];
  readonly reference: ReferenceScheduler;
  readonly #onFailure: 'stop' | 'continue';
  #schedule: Schedule;
  readonly #known = new Map<number, KnownPlace>();
  #halt: 'finally' | 'all' | undefined;

  constructor(seed: number) {
    const random = seeded(seed);
    const count = 1 + below(random, chance(random, 0.02) ? 200 : 14);
    const { stages, onFailure } = drawOutline(random, count);
    this.stages = stages;
    this.#onFailure = onFailure;
    this.reference = new ReferenceScheduler(stages, onFailure);
    this.#schedule = new Schedule(stages, onFailure);
    this.#compare(this.#schedule.begin(), this.reference.begin());
    while (this.broken.length === 0 && this.reference.begun.size > this.#overOnes) this.#step(random);
    if (!this.reference.isOver) this.broken.push('the reference does not end');
    if (this.#schedule.isOver !== this.reference.isOver) this.broken.push('only one of the two is over');
    if ((this.#schedule.firstFailure !== undefined) !== this.reference.hasFailed)
      this.broken.push(`the first failure is ${this.#schedule.firstFailure}`);
  }

  get #overOnes(): number {
    return [...this.reference.begun].filter((id) => this.reference.ended.has(id)).length;
  }

  #step(random: () => number): void {
    if (chance(random, 0.02)) return this.#cancel(pick(random, ['finally', 'all']));
    const underWay = [...this.reference.begun].filter((id) => !this.reference.ended.has(id));
    const stageId = underWay[below(random, underWay.length)] ?? '';
    const stage = this.stages.findIndex((one) => one.stageId === stageId);
    const wrong = this.stages[stage]?.allowFailure ? 'tolerated' : 'failed';
    const result = chance(random, 0.75) ? 'completed' : chance(random, 0.9) ? wrong : 'cancelled';
    const decisions = this.#schedule.settle(stage, result);
    this.#known.set(stage, result);
    // What of it was durable when the process was killed; the rest is decided again.
    const kept = chance(random, 0.15) ? below(random, decisions.length + 1) : undefined;
    const found = kept === undefined ? decisions : this.#restart(decisions.slice(0, kept));
    this.#compare(found, this.reference.end(stageId, result));
  }

  #cancel(kind: 'finally' | 'all'): void {
    if (this.#halt !== 'all') this.#halt = kind;
    this.#compare(
      this.#schedule.halt(kind, 'the run was cancelled'),
      this.reference.halt(this.#halt ?? kind),
    );
  }

  /** @returns what was decided before, and what the next process decides. */
  #restart(durable: readonly Decision[]): readonly Decision[] {
    this.#learn(durable);
    this.#schedule = new Schedule(this.stages, this.#onFailure);
    const begun = this.#schedule.begin(this.#known);
    const halted = this.#halt ? this.#schedule.halt(this.#halt, 'the run was cancelled') : [];
    return [...durable, ...begun, ...halted];
  }

  #learn(decisions: readonly Decision[]): void {
    for (const one of decisions) {
      const skipped = one.kind === 'skip' && isUnneeded(one.reason) ? 'unneeded' : 'skipped';
      this.#known.set(one.stage, one.kind === 'start' ? 'begun' : skipped);
    }
  }

  #compare(found: readonly Decision[], wanted: Step): void {
    this.#learn(found);
    const of = (kind: Decision['kind']) =>
      found.filter((one) => one.kind === kind).map(({ stage }) => this.stages[stage]?.stageId ?? '');
    const same = (a: readonly string[], b: ReadonlySet<string>) =>
      a.length === b.size && a.every((id) => b.has(id));
    if (!same(of('start'), wanted.starts))
      this.broken.push(`started ${of('start').join()} instead of ${[...wanted.starts].join()}`);
    if (!same(of('skip'), wanted.skips))
      this.broken.push(`skipped ${of('skip').join()} instead of ${[...wanted.skips].join()}`);
  }
}

describe(
  'what starts and what is skipped, and when, is as a naive schedule says',
  { tags: ['G4', 'I6'] },
  () => {
    test.each(blocks)(
      `also after restarts and cancels: ${cases / blocks.length} graphs, block %i`,
      (block) => {
        for (const seed of seedsOf(block)) {
          expect(new TwoSchedules(seed).broken, `seed ${seed}`).toEqual([]);
        }
      },
    );
  },
);

/** A seed of the property above found it: the two look alike in a list of statuses. */
test('what was skipped since the run stops is not taken for unneeded after a restart', () => {
  const stages = [
    stageCommand('fine'),
    stageCommand('bad'),
    stageCommand('rescue', { runWhen: 'failure', dependsOn: ['fine'] }),
    stageCommand('after', { dependsOn: ['rescue'] }),
    stageCommand('repair', { runWhen: 'failure', dependsOn: ['after', 'slow'] }),
    stageCommand('slow', { runWhen: 'always', dependsOn: ['bad'] }),
  ];
  const schedule = new Schedule(stages, 'stop');
  expect(schedule.begin().map(({ stage }) => stage)).toEqual([0, 1]);
  expect(schedule.settle(1, 'failed')).toMatchObject([
    { kind: 'start', stage: 5 },
    { kind: 'skip', stage: 3 },
  ]);
  expect(schedule.settle(0, 'completed')).toMatchObject([{ kind: 'skip', stage: 2 }]);
  const next = new Schedule(stages, 'stop');
  next.begin(
    new Map<number, KnownPlace>([
      [0, 'completed'],
      [1, 'failed'],
      [2, 'unneeded'],
      [3, 'skipped'],
      [5, 'begun'],
    ]),
  );
  const repair = [{ kind: 'start', stage: 4 }];
  expect([schedule.settle(5, 'completed'), next.settle(5, 'completed')]).toEqual([repair, repair]);
});

describe('ten thousand stages', { tags: ['F63'] }, () => {
  const count = 10_000;
  const chain = Array.from({ length: count }, (_, at) =>
    stageCommand(`s${at}`, at === 0 ? {} : { dependsOn: [`s${at - 1}`] }),
  );

  test('in a chain start one after the other, one decision each', () => {
    const schedule = new Schedule(chain.toReversed(), 'stop');
    let decisions = schedule.begin();
    for (let at = 0; at < count; at++) {
      expect(decisions).toEqual([{ kind: 'start', stage: count - 1 - at }]);
      decisions = schedule.settle(count - 1 - at, 'completed');
    }
    expect(decisions).toEqual([]);
    expect(schedule.isOver).toBe(true);
  });

  test.each(['stop', 'continue'] as const)(
    'in a chain are all skipped at once when the first fails (%s)',
    (onFailure) => {
      const schedule = new Schedule(chain, onFailure);
      schedule.begin();
      const decisions = schedule.settle(0, 'failed');
      expect(decisions.map(({ kind }) => kind)).toEqual(Array(count - 1).fill('skip'));
      expect(schedule.isOver).toBe(true);
    },
  );

  test('in a fan start together, and what joins them waits for the last', () => {
    const fan = Array.from({ length: count - 2 }, (_, at) =>
      stageCommand(`s${at}`, { dependsOn: ['first'] }),
    );
    const join = stageCommand('join', { dependsOn: fan.map(({ stageId }) => stageId) });
    const schedule = new Schedule([stageCommand('first'), ...fan, join], 'stop');
    expect(schedule.begin()).toEqual([{ kind: 'start', stage: 0 }]);
    expect(schedule.settle(0, 'completed')).toHaveLength(count - 2);
    for (let at = 1; at < count - 2; at++) expect(schedule.settle(at, 'completed')).toEqual([]);
    expect(schedule.settle(count - 2, 'completed')).toEqual([{ kind: 'start', stage: count - 1 }]);
  });
});
