/**
 * Which stage starts when: Kahn's algorithm over the graph, without barriers between levels.
 *
 * A stage is decided the moment the last of what it waits for has ended. Whatever happens, each stage and each
 * edge is looked at once, and nothing recurses: a chain of ten thousand stages is decided like one of ten.
 *
 * Changed in place, like the pool's registry, and owned by one pipeline's actor. What it knows follows from
 * the ends of stages alone, so after a crash it is made again from the ledger.
 */
import type { RunWhen, StageCommand } from './command.ts';

/** How a stage ended, for what depends on it. `tolerated`: it failed and was allowed to. */
export type StageResult = 'completed' | 'tolerated' | 'failed' | 'cancelled' | 'skipped';

export type Decision =
  | { readonly kind: 'start'; readonly stage: number }
  /** `reason` reads after `skipped: `. */
  | { readonly kind: 'skip'; readonly stage: number; readonly reason: string };

/** What no longer starts. `failing`: stages that run on success. `finally`: all but those that run always. */
type Halt = 'failing' | 'finally' | 'all';

type Place = 'blocked' | 'begun' | StageResult | 'unneeded';

/** How far a stage had come. `unneeded`: it was skipped, and nothing had gone wrong. */
export type KnownPlace = Exclude<Place, 'blocked'>;

const nothingFailed = 'nothing before it failed';
const dependencyUnneeded = 'what it depends on was not needed';

/** Whether a stage that was skipped for this reason was not needed. Ledgers hold the reasons: they do not change. */
export function isUnneeded(reason: string): boolean {
  return reason === nothingFailed || reason === dependencyUnneeded;
}

interface Node {
  readonly stageId: string;
  readonly runWhen: RunWhen;
  readonly dependents: number[];
  /** It is no ordinary stage and depends on nothing: it waits for every ordinary stage. */
  readonly waitsForAll: boolean;
  /** It waits for all, or depends on one that does; all others are ordinary. */
  isClosing: boolean;
  place: Place;
  /** Dependencies that have not ended. */
  left: number;
  /** The first dependency that went wrong, and how. */
  wrong: string | undefined;
  /** A dependency was not needed. */
  unneeded: boolean;
}

const haltRank = { failing: 1, finally: 2, all: 3 } as const;

export class Schedule {
  readonly #nodes: readonly Node[];
  /** In an order in which every stage comes after its dependencies. */
  readonly #order: readonly number[];
  /** Closing stages without dependencies: they wait for all ordinary ones. */
  readonly #waitForAll: readonly number[];
  readonly #stopsOnFailure: boolean;
  #ordinaryLeft = 0;
  #left: number;
  #halt: { readonly kind: Halt; readonly reason: string } | undefined;
  /** The first ordinary stage that went wrong. */
  #wrong: string | undefined;
  #firstFailure: string | undefined;

  /** @param stages a graph without cycles whose dependencies exist */
  constructor(stages: readonly StageCommand[], onFailure: 'stop' | 'continue') {
    this.#stopsOnFailure = onFailure === 'stop';
    this.#nodes = link(stages);
    this.#order = topologically(this.#nodes);
    this.#waitForAll = this.#order.filter((i) => this.#node(i).waitsForAll);
    for (const i of this.#waitForAll) this.#node(i).isClosing = true;
    for (const i of this.#order) {
      const node = this.#node(i);
      if (node.isClosing) for (const d of node.dependents) this.#node(d).isClosing = true;
      else this.#ordinaryLeft++;
    }
    this.#left = this.#nodes.length;
  }

  /** Every stage has ended. */
  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Id of the first stage that failed without being allowed to. */
  get firstFailure(): string | undefined {
    return this.#firstFailure;
  }

  get stagesLeft(): number {
    return this.#left;
  }

  /** Stages that the run is about, and not for its end, that have not ended. */
  get ordinaryLeft(): number {
    return this.#ordinaryLeft;
  }

  isClosing(stage: number): boolean {
    return this.#node(stage).isClosing;
  }

  /** Stages that have begun and not ended. */
  begun(): readonly number[] {
    return this.#order.filter((i) => this.#node(i).place === 'begun');
  }

  /**
   * Decides what can be decided at the start.
   *
   * @param known how far each stage had come, by index, where a former process left off
   */
  begin(known: ReadonlyMap<number, KnownPlace> = new Map()): readonly Decision[] {
    const ended: number[] = [];
    for (const i of this.#order) {
      const place = known.get(i);
      const node = this.#node(i);
      if (place === undefined) continue;
      if (place === 'begun') node.place = place;
      else {
        this.#end(i, place);
        ended.push(i);
      }
    }
    const decisions = this.#follow(this.#order.filter((i) => this.#isDue(i)));
    return ended.some((i) => this.#node(i).place === 'failed') && this.#stopsOnFailure
      ? [...decisions, ...this.#stop()]
      : decisions;
  }

  /** A stage has ended. @returns what follows, in the order in which it does. */
  settle(stage: number, result: StageResult): readonly Decision[] {
    if (isOver(this.#node(stage).place)) return [];
    const due = this.#end(stage, result);
    const decisions = this.#follow(due);
    return result === 'failed' && this.#stopsOnFailure ? [...decisions, ...this.#stop()] : decisions;
  }

  /** From now on less starts; what will never start any more is skipped at once. It never weakens. */
  halt(kind: Halt, reason: string): readonly Decision[] {
    if (this.#halt && haltRank[this.#halt.kind] >= haltRank[kind]) return [];
    this.#halt = { kind, reason };
    const decisions: Decision[] = [];
    for (const i of this.#order) {
      const node = this.#node(i);
      if (node.place !== 'blocked' || !this.#isHalted(node)) continue;
      decisions.push({ kind: 'skip', stage: i, reason });
      // What follows from this skip is either halted too, and comes later in this loop, or is decided here.
      decisions.push(...this.#follow(this.#end(i, 'skipped').filter((d) => !this.#isHalted(this.#node(d)))));
    }
    return decisions;
  }

  #stop(): readonly Decision[] {
    return this.halt('failing', `the run stops since ${quoted(this.#firstFailure ?? '')} failed`);
  }

  #isHalted({ runWhen }: Node): boolean {
    switch (this.#halt?.kind) {
      case 'failing':
        return runWhen === 'success';
      case 'finally':
        return runWhen !== 'always';
      case 'all':
        return true;
      case undefined:
        return false;
    }
  }

  /** Decides stages that wait for nothing any more, and whatever that leads to. */
  #follow(due: readonly number[]): readonly Decision[] {
    const decisions: Decision[] = [];
    const queue = [...due];
    for (let at = 0; at < queue.length; at++) {
      const stage = queue[at] ?? 0;
      const node = this.#node(stage);
      if (node.place !== 'blocked') continue;
      const skip = this.#whySkip(node);
      if (!skip) {
        node.place = 'begun';
        decisions.push({ kind: 'start', stage });
        continue;
      }
      decisions.push({ kind: 'skip', stage, reason: skip.reason });
      queue.push(...this.#end(stage, skip.place));
    }
    return decisions;
  }

  #whySkip(node: Node): { readonly place: 'skipped' | 'unneeded'; readonly reason: string } | undefined {
    if (this.#isHalted(node)) return { place: 'skipped', reason: this.#halt?.reason ?? '' };
    const wrong = node.waitsForAll ? this.#wrong : node.wrong;
    switch (node.runWhen) {
      case 'always':
        return undefined;
      case 'failure':
        return wrong === undefined ? { place: 'unneeded', reason: nothingFailed } : undefined;
      case 'success':
        if (node.wrong !== undefined) return { place: 'skipped', reason: node.wrong };
        return node.unneeded ? { place: 'unneeded', reason: dependencyUnneeded } : undefined;
    }
  }

  /** Notes an end. @returns the stages that wait for nothing any more because of it. */
  #end(stage: number, place: StageResult | 'unneeded'): number[] {
    const node = this.#node(stage);
    node.place = place;
    this.#left--;
    if (place === 'failed') this.#firstFailure ??= node.stageId;
    const wrong = wrongOf(node);
    const due: number[] = [];
    for (const i of node.dependents) {
      const dependent = this.#node(i);
      dependent.left--;
      dependent.wrong ??= wrong;
      dependent.unneeded ||= place === 'unneeded';
      if (dependent.left === 0) due.push(i);
    }
    if (node.isClosing) return due;
    this.#wrong ??= wrong;
    this.#ordinaryLeft--;
    return this.#ordinaryLeft === 0 ? [...due, ...this.#waitForAll] : due;
  }

  #isDue(stage: number): boolean {
    const node = this.#node(stage);
    if (node.place !== 'blocked' || node.left > 0) return false;
    return !node.waitsForAll || this.#ordinaryLeft === 0;
  }

  #node(stage: number): Node {
    const node = this.#nodes[stage];
    if (!node) throw new RangeError(`there is no stage ${stage}`);
    return node;
  }
}

const quoted = (id: string) => JSON.stringify(id);

function isOver(place: Place): boolean {
  return place !== 'blocked' && place !== 'begun';
}

function wrongOf({ stageId, place }: Node): string | undefined {
  switch (place) {
    case 'failed':
    case 'cancelled':
      return `${quoted(stageId)} ${place === 'failed' ? 'failed' : 'was cancelled'}`;
    case 'skipped':
      return `${quoted(stageId)} was skipped`;
    case 'blocked':
    case 'begun':
    case 'completed':
    case 'tolerated':
    case 'unneeded':
      return undefined;
  }
}

function link(stages: readonly StageCommand[]): readonly Node[] {
  const nodes = stages.map(({ stageId, runWhen, dependsOn }): Node => ({
    stageId,
    runWhen,
    dependents: [],
    waitsForAll: runWhen !== 'success' && dependsOn.length === 0,
    isClosing: false,
    place: 'blocked',
    left: dependsOn.length,
    wrong: undefined,
    unneeded: false,
  }));
  const byId = new Map(stages.map(({ stageId }, i) => [stageId, i]));
  for (const [i, { dependsOn }] of stages.entries()) {
    for (const id of dependsOn) nodes[byId.get(id) ?? -1]?.dependents.push(i);
  }
  return nodes;
}

function topologically(nodes: readonly Node[]): readonly number[] {
  const left = nodes.map((node) => node.left);
  const order = [...nodes.keys()].filter((i) => left[i] === 0);
  for (let at = 0; at < order.length; at++) {
    for (const i of nodes[order[at] ?? 0]?.dependents ?? []) {
      left[i] = (left[i] ?? 0) - 1;
      if (left[i] === 0) order.push(i);
    }
  }
  return order;
}
