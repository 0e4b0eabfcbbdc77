/**
 * Which stages start when, the slow way: sets, and rules that are asked again until nothing changes.
 *
 * Written from the wire's contract alone, in another way than `src/machines/pipeline/schedule.ts`, to tell
 * whether that one is right. Every step looks at every stage; nothing is counted or remembered between steps
 * but what has happened.
 */
import type { StageCommand } from '../../src/machines/pipeline/command.ts';

/** `unneeded`: shown as skipped, but nothing went wrong. */
export type ReferenceEnd = 'completed' | 'tolerated' | 'failed' | 'cancelled' | 'skipped' | 'unneeded';

export interface Step {
  readonly starts: ReadonlySet<string>;
  readonly skips: ReadonlySet<string>;
}

const goneWrong: ReadonlySet<ReferenceEnd> = new Set(['failed', 'cancelled', 'skipped']);

export class ReferenceScheduler {
  readonly begun = new Set<string>();
  readonly ended = new Map<string, ReferenceEnd>();
  readonly #stages: readonly StageCommand[];
  readonly #onFailure: 'stop' | 'continue';
  readonly #closing: ReadonlySet<string>;
  /** Which kinds of stages do not start any more. */
  readonly #halted = new Set<StageCommand['runWhen']>();

  constructor(stages: readonly StageCommand[], onFailure: 'stop' | 'continue') {
    this.#stages = stages;
    this.#onFailure = onFailure;
    this.#closing = closingOf(stages);
  }

  get isOver(): boolean {
    return this.ended.size === this.#stages.length;
  }

  get hasFailed(): boolean {
    return [...this.ended.values()].includes('failed');
  }

  begin(): Step {
    return this.#decide();
  }

  end(stageId: string, result: ReferenceEnd): Step {
    this.ended.set(stageId, result);
    if (result === 'failed' && this.#onFailure === 'stop') this.#halted.add('success');
    return this.#decide();
  }

  /** @param what no longer starts: all that run on success, all but those that run always, or all */
  halt(what: 'failing' | 'finally' | 'all'): Step {
    this.#halted.add('success');
    if (what !== 'failing') this.#halted.add('failure');
    if (what === 'all') this.#halted.add('always');
    return this.#decide();
  }

  #decide(): Step {
    const starts = new Set<string>();
    const skips = new Set<string>();
    for (let changed = true; changed;) {
      changed = false;
      for (const stage of this.#stages) {
        if (this.begun.has(stage.stageId) || this.ended.has(stage.stageId)) continue;
        const verdict = this.#verdictOn(stage);
        if (verdict === 'wait') continue;
        changed = true;
        if (verdict === 'start') this.begun.add(stage.stageId);
        else this.ended.set(stage.stageId, verdict);
        (verdict === 'start' ? starts : skips).add(stage.stageId);
      }
    }
    return { starts, skips };
  }

  #verdictOn({ runWhen, dependsOn }: StageCommand): 'wait' | 'start' | 'skipped' | 'unneeded' {
    if (this.#halted.has(runWhen)) return 'skipped';
    const waitsFor = dependsOn.length > 0 || runWhen === 'success' ? dependsOn : this.#ordinary();
    const results = waitsFor.map((id) => this.ended.get(id));
    if (results.includes(undefined)) return 'wait';
    const wentWrong = results.some((result) => result !== undefined && goneWrong.has(result));
    if (runWhen === 'always') return 'start';
    if (runWhen === 'failure') return wentWrong ? 'start' : 'unneeded';
    if (wentWrong) return 'skipped';
    return results.includes('unneeded') ? 'unneeded' : 'start';
  }

  #ordinary(): readonly string[] {
    return this.#stages.map(({ stageId }) => stageId).filter((id) => !this.#closing.has(id));
  }
}

/** Stages that wait for all ordinary ones, and all that depend on such. */
function closingOf(stages: readonly StageCommand[]): ReadonlySet<string> {
  const closing = new Set<string>();
  for (let size = -1; size !== closing.size;) {
    size = closing.size;
    for (const { stageId, runWhen, dependsOn } of stages) {
      const isLast = runWhen !== 'success' && dependsOn.length === 0;
      if (isLast || dependsOn.some((id) => closing.has(id))) closing.add(stageId);
    }
  }
  return closing;
}
