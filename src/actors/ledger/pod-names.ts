/**
 * The Pod names of one run, computed when they are asked for and then kept: a name is a hash, and a state
 * that is written at every change asks for the same ones again and again.
 */
import { workersOf, type PipelineCommand } from '../../machines/pipeline/command.ts';
import type { NameAttempt } from '../../machines/pipeline/record.ts';

/** Which worker of a stage, and which try of it. */
export type SlotNumber = readonly [index: number, attempt: number];

/** Whoever looks a name up computes those of lower attempts; nobody is let try so often. */
const attemptsMax = 100;

export class PodNames {
  readonly #command: PipelineCommand;
  readonly #nameOf: NameAttempt;
  /** By stage, then by attempt − 1: the names of all workers. */
  readonly #rows: string[][][];
  /** By stage: where each name of its rows stands. */
  readonly #slots: Array<Map<string, SlotNumber>>;

  constructor(command: PipelineCommand, nameOf: NameAttempt) {
    this.#command = command;
    this.#nameOf = nameOf;
    this.#rows = command.stages.map(() => []);
    this.#slots = command.stages.map(() => new Map());
  }

  get stages(): number {
    return this.#command.stages.length;
  }

  workersOf(stage: number): number {
    const found = this.#command.stages[stage];
    return found ? workersOf(found) : 0;
  }

  nameOf(stage: number, index: number, attempt: number): string {
    const kept = this.#rows[stage]?.[attempt - 1]?.[index];
    return (
      kept ??
      this.#nameOf(this.#command.pipelineId, this.#command.stages[stage]?.stageId ?? '', index, attempt)
    );
  }

  /** The names of all workers of a stage at one attempt, by index. */
  row(stage: number, attempt: number): readonly string[] {
    const rows = this.#rows[stage];
    const slots = this.#slots[stage];
    if (!rows || !slots) return [];
    for (let next = rows.length + 1; next <= Math.min(attempt, attemptsMax); next++) {
      const names = Array.from({ length: this.workersOf(stage) }, (_, index) =>
        this.nameOf(stage, index, next),
      );
      rows.push(names);
      for (const [index, name] of names.entries()) slots.set(name, [index, next]);
    }
    return rows[attempt - 1] ?? [];
  }

  /** @returns undefined where it is no name of this stage up to that attempt. */
  find(stage: number, name: string, attemptMax: number): SlotNumber | undefined {
    this.row(stage, attemptMax);
    const slot = this.#slots[stage]?.get(name);
    // Rows of later attempts may have been asked for before: the answer does not depend on that.
    return slot && slot[1] <= attemptMax ? slot : undefined;
  }
}
