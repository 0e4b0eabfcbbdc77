/** What must hold after every step of a life. What the store shows, the audits see as it is written. */
import { policy, type Ottoscaler } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import { overdrawnBudgets } from './judge-run.ts';
import type { ProgressWatch } from './progress-watch.ts';
import { readRun } from './run-ledger.ts';
import type { Violations } from './violation.ts';

export interface StepCheckOptions {
  readonly world: World;
  readonly verdict: Violations;
  readonly progress: ProgressWatch;
  readonly liveMax: number;
  /** Names of Pods that nobody can keep from being there, or whoever leads cannot know of. */
  readonly excused: () => ReadonlySet<string>;
}

export class StepChecks {
  readonly #options: StepCheckOptions;
  #created = 0;

  constructor(options: StepCheckOptions) {
    this.#options = options;
  }

  /** @param processes those that are alive and awake */
  check(processes: readonly Ottoscaler[], runs: Iterable<string>, isReading: boolean): void {
    for (const otto of processes) {
      if (!otto.isServing) continue;
      const drift = otto.capacityDrift;
      if (drift !== 0) this.#options.verdict.report('G13', 'pool', `capacity drifted by ${drift}`);
      if (isReading) this.#options.progress.look(otto);
    }
    const { created } = this.#options.world.audit;
    if (created.length === this.#created) return;
    const fresh = created.slice(this.#created);
    this.#created = created.length;
    this.#checkLimit();
    if (fresh.some(({ attempt, stageId }) => stageId !== '' && attempt > 1)) this.#checkBudgets(runs);
  }

  #checkLimit(): void {
    const { world, liveMax, excused, verdict } = this.#options;
    const { live } = world.audit;
    if (live.length <= liveMax) return;
    const late = excused();
    const counted = live.filter((name) => !late.has(name));
    if (counted.length > liveMax)
      verdict.report(
        'I14',
        'pool',
        `${counted.length} workers are live, ${liveMax} may be: ${counted.join()}`,
      );
  }

  #checkBudgets(runs: Iterable<string>): void {
    const { world, verdict } = this.#options;
    for (const id of runs) {
      const run = readRun(world, id);
      if (!run) continue;
      for (const sentence of overdrawnBudgets(run, policy.infrastructureRetriesMax))
        verdict.report('I8', id, `run ${id}: ${sentence}`);
    }
  }
}
