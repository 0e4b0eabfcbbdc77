/**
 * What becomes of ledgers, as they stand on paper: what was written once stays, and what follows from it
 * comes after it. Knows the form of a ledger's state, and nothing of the code that writes it.
 */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import type { CreatedPod } from './audit.ts';
import type { Violations } from './violation.ts';

/** The numbers that statuses have on paper. */
const [completed, failed, cancelled, skipped] = [2, 3, 4, 5];
const ends: ReadonlySet<number> = new Set([completed, failed, cancelled, skipped]);
const thePipeline = -1;

export interface State {
  readonly created: boolean;
  readonly closedAt: string;
  /** Of a scale task. */
  readonly ended?: Readonly<Record<string, unknown>>;
  /** Of a run: stage, index, attempt, and how it ended where that is known. */
  readonly attempts?: ReadonlyArray<readonly unknown[]>;
  readonly nodes?: readonly string[];
}

interface Change {
  readonly s: number;
  readonly is?: number;
}

interface Request {
  readonly stages: ReadonlyArray<{ readonly stageId: string; readonly dependsOn: readonly string[] }>;
}

/** What was read of a run's ledger so far: a write is read only as far as it is new. */
interface RunSeen {
  /** Everything before the events, as text. */
  head: string;
  /** The events, as text without the closing bracket. */
  events: string;
  /** Latest status by stage. */
  readonly statuses: Map<number, number>;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly stages: Request['stages'];
}

const eventsKey = '"progress":[';

export class LedgerAudit {
  readonly #broken: Violations;
  readonly #podsOf: (ledgerUid: string) => readonly string[];
  readonly #once = new Map<string, string>();
  readonly #runs = new Map<string, RunSeen>();
  /** By ledger: the Pods of which it says that they were there once. */
  readonly #made = new Map<string, Set<string>>();
  /** Scale tasks all whose Pods were there once. */
  readonly #allMade = new Set<string>();

  /** @param podsOf names of the Pods that are there now */
  constructor(broken: Violations, podsOf: (ledgerUid: string) => readonly string[]) {
    this.#broken = broken;
    this.#podsOf = podsOf;
  }

  written(object: KubeObject): void {
    const { uid } = object.metadata;
    const text = textOf(object);
    const at = text.indexOf(eventsKey);
    if (at >= 0) return this.#run(uid, object, text.slice(0, at), text.slice(at + eventsKey.length, -2));
    const state = stateOf(object);
    if (state?.created) this.#allMade.add(uid);
    for (const [index, ended] of Object.entries(state?.ended ?? {})) {
      this.#keep(`the outcome of worker ${index} of ${uid}`, JSON.stringify(ended));
      this.#isMade(uid, `${index}/1`);
    }
    if (state && state.closedAt !== '') this.#keep(`the end of ${uid}`, text);
  }

  /** A Pod of a stage appeared: by then its start is on paper, and that all it depends on has ended. */
  begins({ name, ownerUid, stageId, index: worker, attempt }: CreatedPod): void {
    const run = this.#runs.get(ownerUid);
    const slot = stageId === '' ? '' : `${run?.indexOf.get(stageId)}/`;
    const isKnown = this.#made.get(ownerUid)?.has(`${slot}${worker}/${attempt}`);
    if (isKnown || this.#allMade.has(ownerUid))
      this.#broken.report('I1', name, `${name} is made although its ledger says that it was made before`);
    if (stageId === '') return;
    if (!run) return this.#broken.report('I6', name, `the Pod ${name} was there before its ledger`);
    const index = run.indexOf.get(stageId) ?? NaN;
    if (!run.statuses.has(index))
      this.#broken.report('I6', name, `stage ${stageId} has a Pod before its start is recorded`);
    for (const id of run.stages[index]?.dependsOn ?? []) {
      if (!ends.has(run.statuses.get(run.indexOf.get(id) ?? NaN) ?? NaN))
        this.#broken.report('I6', name, `stage ${stageId} has a Pod before ${id} has ended`);
    }
  }

  #run(uid: string, object: KubeObject, head: string, events: string): void {
    const run = this.#runs.get(uid) ?? newRun(object);
    this.#runs.set(uid, run);
    if (head !== run.head) this.#outcomes(uid, JSON.parse(`${head}"progress":[]}`) as State);
    if (!events.startsWith(run.events)) this.#broken.report('I12', uid, `events of ${uid} were changed`);
    const fresh = events.slice(run.events.length).replace(/^,/, '');
    [run.head, run.events] = [head, events];
    const changes = JSON.parse(`[${fresh}]`) as readonly Change[];
    for (const { s, is } of changes) this.#changed(uid, run, s, is);
    const last = changes.at(-1);
    if (last?.s !== thePipeline || last.is !== cancelled) return;
    const left = this.#podsOf(uid);
    if (left.length > 0)
      this.#broken.report('I3', uid, `the run ${uid} is told cancelled while ${left.join()} is there`);
  }

  /** After a stage's end nothing more is told of it; after the run's, nothing at all. */
  #changed(uid: string, { statuses }: RunSeen, stage: number, status: number | undefined): void {
    const before = statuses.get(stage);
    const what = stage === thePipeline ? 'the run' : `stage ${stage}`;
    if (ends.has(statuses.get(thePipeline) ?? NaN))
      this.#broken.report('I12', uid, `an event of ${what} follows the end of ${uid}`);
    else if (ends.has(before ?? NaN) && (status ?? before) !== before)
      this.#broken.report('I5', uid, `${what} of ${uid} went on after its end`);
    statuses.set(stage, status ?? before ?? 0);
  }

  #outcomes(uid: string, { attempts = [], nodes = [], closedAt }: State): void {
    for (const [stage, index, attempt, ...ended] of attempts) {
      this.#isMade(uid, `${String(stage)}/${String(index)}/${String(attempt)}`);
      if (ended.length === 0) continue;
      // A node's number depends on the other rows.
      const outcome = [...ended.slice(0, 3), nodes[Number(ended[3])], ...ended.slice(4)].join();
      this.#keep(`the outcome of ${String(stage)}/${String(index)}/${String(attempt)} of ${uid}`, outcome);
    }
    if (closedAt === '') return;
    this.#keep(`the end of ${uid}`, closedAt);
    const left = this.#podsOf(uid);
    if (left.length > 0)
      this.#broken.report('I3', uid, `the run ${uid} is closed while ${left.join()} is there`);
  }

  #isMade(uid: string, slot: string): void {
    const known = this.#made.get(uid) ?? new Set<string>();
    this.#made.set(uid, known.add(slot));
  }

  #keep(what: string, value: string): void {
    const before = this.#once.get(what);
    if (before !== undefined && before !== value) this.#broken.report('I5', what, `${what} was changed`);
    this.#once.set(what, value);
  }
}

function newRun(object: KubeObject): RunSeen {
  const { stages } = JSON.parse(dataOf(object)['request'] ?? '{"stages":[]}') as Request;
  const indexOf = new Map(stages.map(({ stageId }, index) => [stageId, index]));
  return { head: '', events: '', statuses: new Map(), indexOf, stages };
}

/** The state that a ledger holds, as it stands there; undefined where the record is none. */
export function stateOf(object: KubeObject): State | undefined {
  try {
    return JSON.parse(textOf(object)) as State;
  } catch {
    // Read as Ottoscaler wrote it; what a test spoiled reads as none.
    return undefined;
  }
}

function textOf(object: KubeObject): string {
  return dataOf(object)['state'] ?? '';
}

function dataOf({ data }: KubeObject): Readonly<Record<string, string>> {
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, string>>) : {};
}
