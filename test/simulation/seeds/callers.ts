/** Callers: each sends what it wants until it is answered, to whoever serves, as a client does. */
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import type { PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { PipelineOpening } from '../../../src/machines/pipeline/record.ts';
import type { ScaleAnswer } from '../../../src/machines/scale/replies.ts';
import type { Ottoscaler } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import type { Violations } from '../oracle/violation.ts';
import type { Act } from './acts.ts';
import type { Decisions } from './decisions.ts';
import type { Processes } from './processes.ts';
import { rejectsCycle } from './rejected-graph.ts';
import type { Timeline } from './timeline.ts';

type ScaleCommand = ScaleUpCommand | ScaleDownCommand;
type Accepted = Extract<ScaleAnswer, { kind: 'accepted' }>;
type Answer = Accepted | 'refused';

export interface CallerOptions {
  readonly world: World;
  readonly decisions: Decisions;
  readonly processes: Processes;
  readonly timeline: Timeline;
  readonly verdict: Violations;
}

/** Long after all faults: who is not answered by then never will be. */
const patienceMs = 1_800_000;

export class Callers {
  /** What was answered to scale commands. */
  readonly scales = new Map<ScaleCommand, Answer>();
  /** Runs that were accepted, by how they were opened. */
  readonly runs = new Map<string, PipelineOpening>();
  readonly cancelled = new Set<string>();
  busy = 0;
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  schedule(acts: readonly Act[]): void {
    const { clock } = this.#options.world;
    for (const act of acts) {
      this.busy += 1;
      clock.setTimeout(() => {
        void this.#perform(act).then(() => (this.busy -= 1));
      }, act.atMs);
    }
  }

  /** Everything that was accepted is sent once more: it is answered as before. */
  async repeat(): Promise<void> {
    for (const [command, before] of this.scales) {
      const again = await this.#scale(command);
      if (again === undefined) continue;
      if (again === 'refused' || before === 'refused') {
        if (again !== before && !this.#mayComeBack(command))
          this.#broken(command, 'was refused once and accepted once');
        this.scales.set(command, again);
        continue;
      }
      if (again.podNames.join() !== before.podNames.join())
        this.#broken(command, 'was answered with other names');
      if (!again.replayed) this.#broken(command, 'was answered again as if it were new');
    }
    for (const [pipelineId, opening] of this.runs) {
      const phase = await this.#insist(`open ${pipelineId}`, async (otto) => {
        const reading = await otto.open(opening);
        return reading === 'no answer' || reading.phase === 'opening' ? undefined : reading.phase;
      });
      if (phase !== undefined && phase !== 'ended')
        this.#options.verdict.report('I7', pipelineId, `${pipelineId} is ${phase} at the end`);
    }
  }

  /** Its ledger was on its way late, and came after what was refused had been undone. */
  #mayComeBack({ taskId }: ScaleCommand): boolean {
    return this.#options.processes.all.some(({ network: { trace } }) =>
      trace.some(
        ({ verb, fate, name }) =>
          verb === 'records.create' && fate === 'late' && name.startsWith(`otto-${taskId}-`),
      ),
    );
  }

  /** It came by another door and took effect: by this one it is answered as what was sent before. */
  async repeatOf(command: ScaleCommand): Promise<void> {
    const answer = await this.#scale(command);
    if (answer === undefined) return;
    if (answer === 'refused' || !answer.replayed) this.#broken(command, 'took effect, and is not known');
    this.scales.set(command, answer);
  }

  async scaleDownAll(command: ScaleDownCommand): Promise<void> {
    await this.#sendScale(command);
  }

  async #perform(act: Act): Promise<void> {
    switch (act.kind) {
      case 'scale-up':
      case 'scale-down':
        return await this.#sendScale(act.command);
      case 'pipeline':
        return await this.#submit(act.command);
      case 'cancel':
        return await this.#cancel(act);
      case 'retry':
        return await this.#retry(act);
    }
  }

  async #sendScale(command: ScaleCommand): Promise<void> {
    const { decisions } = this.#options;
    const name = nameOf(command);
    const isTwice = decisions.strikes(61, name);
    const [answer, other] = await Promise.all([
      this.#scale(command),
      isTwice ? this.#scale(command) : undefined,
    ]);
    if (answer === undefined) return;
    this.scales.set(command, answer);
    if (!other || answer === 'refused' || other === 'refused') return;
    if (!answer.replayed && !other.replayed) this.#broken(command, 'was accepted twice');
    if (answer.podNames.join() !== other.podNames.join())
      this.#broken(command, 'was answered with other names at once');
  }

  #scale(command: ScaleCommand): Promise<Answer | undefined> {
    const { processes } = this.#options;
    return this.#insist(nameOf(command), async (otto) => {
      const answer =
        command.kind === 'scale-up' ? await otto.scaleUp(command) : await otto.scaleDown(command);
      if (answer === 'no answer') return undefined;
      if (answer.kind === 'accepted') return answer;
      // None of its Pods can be made: the API server takes none, or all names are taken.
      if (answer.code === 'invalid' || answer.code === 'forbidden') {
        if (!processes.isRefusing) this.#broken(command, `was refused for nothing: ${answer.reason}`);
        return 'refused' as const;
      }
      if (answer.code !== 'unavailable') this.#broken(command, `was refused: ${answer.code}`);
      return undefined;
    });
  }

  async #submit(command: PipelineCommand): Promise<void> {
    const { decisions, world, verdict } = this.#options;
    const { pipelineId } = command;
    if (decisions.strikes(62, pipelineId) && !rejectsCycle(command))
      verdict.report('I7', pipelineId, `a cycle in ${pipelineId} was not rejected by its name`);
    const opening = { kind: 'submit', pipelineId, command } as const;
    const isTwice = decisions.strikes(61, pipelineId);
    await Promise.all([this.#open(opening), isTwice ? this.#open(opening) : undefined]);
    if (!decisions.strikes(58, pipelineId)) return;
    await world.run(() => false, 15_000 * decisions.dice(`away ${pipelineId}`)());
    await this.#open({ kind: 'attach', pipelineId });
  }

  /** @returns whether it is accepted, now or before */
  async #open(opening: PipelineOpening): Promise<boolean> {
    const { pipelineId } = opening;
    const isAccepted = await this.#insist(`open ${pipelineId}`, async (otto) => {
      const reading = await otto.open(opening);
      if (reading === 'no answer' || reading.phase === 'opening') return undefined;
      if (reading.phase === 'absent') return false;
      if (reading.phase !== 'refused') return true;
      return reading.refusal?.code === 'precondition' ? false : undefined;
    });
    if (isAccepted === true && opening.kind !== 'attach') this.runs.set(pipelineId, opening);
    return isAccepted === true;
  }

  async #cancel({ pipelineId, cancel }: Extract<Act, { kind: 'cancel' }>): Promise<void> {
    const { world, decisions } = this.#options;
    if (!this.runs.has(pipelineId)) return;
    decisions.strikes(60, pipelineId);
    this.cancelled.add(pipelineId);
    await this.#insist(`cancel ${pipelineId}`, async (otto) => {
      const opened = await otto.open({ kind: 'attach', pipelineId });
      if (opened === 'no answer' || !opened.open) return undefined;
      otto.cancel(pipelineId, cancel);
      const isAnswered = () => {
        const reading = otto.reading(pipelineId);
        return reading?.cancel !== undefined || reading?.phase === 'ended';
      };
      await world.run(() => otto.isKilled || isAnswered(), 30_000);
      return !otto.isKilled && isAnswered() ? cancel.mode : undefined;
    });
  }

  /** Asks again and again, as long as the earlier run goes on. */
  async #retry({ pipelineId, earlierId }: Extract<Act, { kind: 'retry' }>): Promise<void> {
    const { world, decisions } = this.#options;
    for (let tries = 0; tries < 4; tries++) {
      if (!this.runs.has(earlierId)) return;
      if (await this.#open({ kind: 'retry', pipelineId, earlierId, triggeredBy: 'bob' })) return;
      await world.run(() => false, 1_000 + 15_000 * decisions.dice(`again ${pipelineId} ${tries}`)());
    }
  }

  async #insist<T>(
    what: string,
    attempt: (otto: Ottoscaler) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { world, processes, timeline, verdict } = this.#options;
    const untilMs = world.clock.now() + patienceMs;
    timeline.note('caller', () => what);
    while (world.clock.now() < untilMs) {
      await world.run(() => processes.serving !== undefined, 120_000);
      const otto = processes.serving;
      const answer = otto && (await attempt(otto));
      if (answer !== undefined) {
        timeline.note('caller', () => `${what} → ${textOf(answer)}`);
        return answer;
      }
      await world.run(() => false, 500);
    }
    verdict.report('liveness', what, `${what} was never answered`);
    return undefined;
  }

  #broken(command: ScaleCommand, how: string): void {
    this.#options.verdict.report('I7', nameOf(command), `${nameOf(command)} ${how}`);
  }
}

const nameOf = ({ kind, taskId, requestId }: ScaleCommand) => `${kind} ${taskId || 'of all'} ${requestId}`;

function textOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'podNames' in answer
    ? `accepted: ${String(answer.podNames)}`
    : String(answer);
}
