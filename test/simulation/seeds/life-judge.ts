/** Judges one life: what must hold of it at rest, and what of its violations nobody could have kept. */
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { differences, foretell } from '../../support/reference-run.ts';
import { policy, type Ottoscaler } from '../model/ottoscaler.ts';
import type { Peripheral } from '../model/peripheral.ts';
import type { World } from '../model/world.ts';
import { examine } from '../oracle/judge.ts';
import type { ProgressWatch } from '../oracle/progress-watch.ts';
import { readRun, type RunLedger } from '../oracle/run-ledger.ts';
import type { Violation, Violations } from '../oracle/violation.ts';
import type { Callers } from './callers.ts';
import type { PodFates } from './pod-fates.ts';
import type { Processes } from './processes.ts';
import type { Strangers } from './strangers.ts';

export interface Court {
  readonly world: World;
  readonly processes: Processes;
  readonly callers: Callers;
  readonly fates: PodFates;
  readonly strangers: Strangers;
  readonly progress: ProgressWatch;
  readonly peripherals: readonly Peripheral[];
  readonly verdict: Violations;
}

/** Within which all comes to rest once faults have stopped. */
export const convergeMaxMs = 3_600_000;
const restMs = 20_000;
/** As long as the longest pauses of whoever delivers, one after the other. */
const peripheralsRestWithinMs = 300_000;

export class LifeJudge {
  readonly #court: Court;

  constructor(court: Court) {
    this.#court = court;
  }

  /** What was broken by now, the oldest first. */
  get violations(): readonly Violation[] {
    const { world, processes, verdict } = this.#court;
    return [...world.audit.broken.found, ...processes.leases.broken.found, ...verdict.found]
      .filter((violation) => !this.#isForLate(violation))
      .toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Runs until all has been at rest for a while. */
  async judge(): Promise<void> {
    const { serving } = this.#court.processes;
    if (!serving)
      return this.#court.verdict.report(
        'liveness',
        'pool',
        'nobody serves although nothing keeps anybody from it',
      );
    const { scales, runs } = this.#court.callers;
    const accepted = [...scales].flatMap(([command, answer]) =>
      answer === 'refused' ? [] : [{ command, answer }],
    );
    const late = this.#court.processes.lateCreates;
    await examine(
      this.#court.world,
      serving,
      {
        podNames: [
          ...accepted.flatMap(({ command, answer }) => (command.kind === 'scale-up' ? answer.podNames : [])),
          // An attempt of which nobody learned may be in no ledger.
          ...this.#court.strangers.tookBack,
        ],
        runs: [...runs.keys()],
        times: (name) => ({
          least: 0,
          most: 1 + late.filter((one) => one === name).length + this.#takenAway(name),
        }),
        ledgers: accepted.length + runs.size,
        restMs,
      },
      { verdict: this.#court.verdict, withinMs: convergeMaxMs },
    );
    const { peripherals, world, verdict } = this.#court;
    await world.run(() => peripherals.every(({ isAtRest = true }) => isAtRest), peripheralsRestWithinMs);
    for (const peripheral of peripherals) peripheral.examine(verdict);
    for (const id of runs.keys()) this.#judgeRun(id, serving);
  }

  #judgeRun(id: string, serving: Ottoscaler): void {
    const run = readRun(this.#court.world, id);
    if (!run) return;
    if (serving.isServing) this.#court.progress.look(serving);
    this.#court.progress.compare(id, run.record.progress);
    // Also where whoever decided that was killed before it was all on paper.
    const isLate = run.record.progress.some(({ message, errorMessage }) =>
      /^deadline:|the run took longer than/.test(`${errorMessage} ${message}`),
    );
    if (this.#court.callers.cancelled.has(id) || run.command.retryOf || isLate) return;
    for (const sentence of differences(run, (stage) => this.#foretell(run, stage)))
      this.#court.verdict.report('I7', id, `${id}: ${sentence}`);
  }

  /** @returns undefined where something befell one of its Pods whose outcome depends on when it is seen */
  #foretell(
    { command }: RunLedger,
    stage: Parameters<typeof foretell>[0],
  ): ReturnType<typeof foretell> | undefined {
    const nameOf = attemptName(this.#court.world.namespace);
    const names: string[] = [];
    const verdict = foretell(
      stage,
      (stageId, index, attempt) => {
        const name = nameOf(command.pipelineId, stageId, index, attempt);
        names.push(name);
        return this.#court.fates.foretold(name);
      },
      policy.infrastructureRetriesMax,
    );
    const isOpen =
      stage.template.timeoutSeconds > 0 || names.some((name) => this.#court.fates.unforeseen.has(name));
    return isOpen ? undefined : verdict;
  }

  /** Nobody can keep a create from being applied late; what is made of it is cleaned up, and that is judged. */
  #isForLate({ sentence }: Violation): boolean {
    if (
      !/ two (live )?Pods at once|(told cancelled|closed) while|was made before|was never intended/.test(
        sentence,
      )
    )
      return false;
    return this.#court.processes.lateCreates.some((name) => sentence.includes(name));
  }

  /** How often it was taken away: whether Ottoscaler knew then that it was there, its ledger says. */
  #takenAway(name: string): number {
    const { created, takenAway } = this.#court.world.audit;
    return created.filter((pod) => pod.name === name && takenAway.has(pod.uid)).length;
  }
}
