/** What a receiver was told of workers' lives, and what must hold of it: in order, one end, the ledger's. */
import { stageOf, type Notice, type NoticeStatus } from '../../../src/logs/notices/notice.ts';
import type { Outcome } from '../../../src/machines/worker/order.ts';
import type { Violations } from './violation.ts';

const endStage = 3;

export class ReceivedNotices {
  /** By worker, in the order of their coming, repetitions too. */
  readonly told = new Map<string, NoticeStatus[]>();
  repeated = 0;
  /** How far each teller had come with each worker: another one knows nothing of that. */
  readonly #furthest = new Map<string, number>();
  /** Judged once it is known who was killed between an end's telling and its record. */
  readonly #secondEnds = new Map<string, string>();
  readonly #verdict: Violations;

  constructor(verdict: Violations) {
    this.#verdict = verdict;
  }

  take(from: string, { workerId, status }: Notice): void {
    const told = this.told.get(workerId) ?? [];
    this.told.set(workerId, told);
    const lane = `${from} ${workerId}`;
    const furthest = this.#furthest.get(lane) ?? 0;
    const sentence = `${from} told ${status} of ${workerId} after ${told.at(-1)}`;
    if (told.includes(status)) this.repeated += 1;
    else if (stageOf(status) === endStage && furthest === endStage) this.#secondEnds.set(workerId, sentence);
    else if (stageOf(status) <= furthest) this.#verdict.report('G5', workerId, sentence);
    this.#furthest.set(lane, Math.max(furthest, stageOf(status)));
    told.push(status);
  }

  /** @param excused of whom the end may not have come, or may be another one than the ledger's */
  compare(
    ends: ReadonlyMap<string, Outcome>,
    excused: {
      readonly mayBeUntold: (workerId: string) => boolean;
      readonly mayDiffer: (workerId: string) => boolean;
    },
  ): void {
    for (const [workerId, sentence] of this.#secondEnds)
      if (!excused.mayDiffer(workerId)) this.#verdict.report('G5', workerId, sentence);
    for (const [workerId, outcome] of ends) {
      const told = (this.told.get(workerId) ?? []).filter((status) => stageOf(status) === endStage);
      const expected = statusOf(outcome);
      if (told.length === 0) {
        if (!excused.mayBeUntold(workerId))
          this.#verdict.report('G5', workerId, `nobody was told that ${workerId} is ${expected}`);
      } else if (told.some((status) => status !== expected) && !excused.mayDiffer(workerId))
        this.#verdict.report(
          'G5',
          workerId,
          `${workerId} was told ${told.join()}, its ledger says ${JSON.stringify(outcome)}`,
        );
    }
  }
}

function statusOf(outcome: Outcome): NoticeStatus {
  if (outcome.kind === 'succeeded') return 'COMPLETED';
  return outcome.failure.name === 'deleted' ? 'TERMINATED' : 'FAILED';
}
