/**
 * Whoever wants the reference workload done: sends each command when it is time, again to each new process, and
 * remembers what it was told.
 */
import { asPod } from '../../../src/cluster/local/pod.ts';
import { pods } from '../../../src/cluster/local/resources/registry.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import { findScaleDown, findScaleUp } from '../../../src/machines/pool/view.ts';
import type { ScaleAnswer } from '../../../src/machines/scale/replies.ts';
import type { Ottoscaler } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import { cancelled, fewer, impossible, none, runs, up, webNames } from './reference-workload.ts';
import { StrictReader } from './strict-reader.ts';

type Scale = ScaleUpCommand | ScaleDownCommand;

interface Answering {
  getSnapshot(): { readonly context: { readonly answer?: ScaleAnswer }; hasTag(tag: 'answered'): boolean };
}

export class Caller {
  readonly broken: string[] = [];
  /** Names by command, as they were told first. */
  readonly told = new Map<Scale, string>();
  readonly #world: World;
  readonly #readers = new Map(runs.map(({ pipelineId }) => [pipelineId, new StrictReader(this.broken)]));
  /** What came to pass, whoever leads; it is not asked again. */
  readonly #passed = new Set<string>();
  readonly #endedRuns = new Set<string>();
  #otto: Ottoscaler | undefined;
  /** By what was sent to this process. */
  readonly #sent = new Map<Scale | string, Answering | undefined>();
  readonly #answered = new Set<Scale>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks at the process, and sends what is due. @returns whether all is done */
  turn(otto: Ottoscaler): boolean {
    if (otto !== this.#otto) {
      this.#otto = otto;
      this.#sent.clear();
      this.#answered.clear();
    }
    if (!otto.isServing) return false;
    for (const run of runs) this.#follow(otto, run.pipelineId);
    this.#scale(otto, up);
    this.#scale(otto, impossible);
    if (this.#once('web is at work', () => this.#webIsAtWork())) this.#scale(otto, fewer);
    for (const command of runs) {
      const { pipelineId } = command;
      if (!this.#sent.has(pipelineId)) {
        this.#sent.set(pipelineId, undefined);
        otto.ref.send({ type: 'pipeline.open', opening: { kind: 'submit', pipelineId, command } });
      }
    }
    for (const [{ pipelineId }, mode] of cancelled) this.#cancel(otto, pipelineId, mode);
    const isQuiet = () => this.#answered.has(fewer) && this.#endedRuns.size === runs.length;
    if (this.#once('nothing but web is left', isQuiet)) this.#scale(otto, none);
    return this.#answered.has(none) && otto.isIdle;
  }

  #once(what: string, holds: () => boolean): boolean {
    if (!this.#passed.has(what) && holds()) this.#passed.add(what);
    return this.#passed.has(what);
  }

  #scale(otto: Ottoscaler, command: Scale): void {
    if (this.#answered.has(command)) return;
    const find = () => {
      const pool = otto.ref.getSnapshot();
      return command.kind === 'scale-up' ? findScaleUp(pool, command) : findScaleDown(pool, command);
    };
    if (!this.#sent.has(command)) {
      const at = new Date(this.#world.clock.now()).toISOString();
      otto.ref.send(
        command.kind === 'scale-up' ? { type: 'scale.up', command } : { type: 'scale.down', command, at },
      );
      this.#sent.set(command, find());
    }
    const snapshot = this.#sent.get(command)?.getSnapshot();
    const answer = snapshot?.hasTag('answered') ? snapshot.context.answer : undefined;
    if (answer) this.#hear(command, answer);
  }

  #hear(command: Scale, answer: ScaleAnswer): void {
    this.#answered.add(command);
    const names = answer.kind === 'accepted' ? answer.podNames.join() : `refused as ${answer.code}`;
    const before = this.told.get(command) ?? names;
    if (before !== names && command !== none)
      this.broken.push(`I7: a ${command.kind} was told ${before}, and then ${names}`);
    if (names.startsWith('refused') !== (command === impossible))
      this.broken.push(`I7: a ${command.kind} was told ${JSON.stringify(answer)}`);
    this.told.set(command, before);
  }

  #follow(otto: Ottoscaler, pipelineId: string): void {
    const reading = otto.reading(pipelineId);
    this.#readers.get(pipelineId)?.reads(reading?.progress ?? []);
    if (reading?.phase === 'ended') this.#endedRuns.add(pipelineId);
    if (reading?.phase === 'refused')
      this.broken.push(`I7: the run ${pipelineId} was refused: ${reading.refusal?.reason}`);
  }

  #cancel(otto: Ottoscaler, pipelineId: string, mode: 'now' | 'finish-running' | 'run-finally'): void {
    const key = `cancel ${pipelineId}`;
    const reading = otto.reading(pipelineId);
    if (this.#sent.has(key) || reading?.phase !== 'under way') return;
    const isAtWork = () => reading.progress.some(({ stage, status }) => stage === 0 && status === 'running');
    if (!this.#once(key, isAtWork)) return;
    this.#sent.set(key, undefined);
    otto.cancel(pipelineId, { mode, by: 'alice', reason: 'enough' });
  }

  /** The one that ends by itself is over, and all others run. */
  #webIsAtWork(): boolean {
    const { store, namespace, audit } = this.#world;
    return webNames.every((name, index) => {
      const pod = store.find(pods, namespace, name);
      return index === webNames.length - 1
        ? !pod && audit.createdUnder(name) > 0
        : pod && asPod(pod).status.phase === 'Running';
    });
  }
}
