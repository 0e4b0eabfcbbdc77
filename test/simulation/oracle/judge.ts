/** What must hold once nothing has anything left to do, whatever went wrong before. */
import { brokenRun } from './judge-run.ts';
import { policy, type Ottoscaler } from '../model/ottoscaler.ts';
import { podNamesOf, readRun } from './run-ledger.ts';
import { Violations } from './violation.ts';
import type { World } from '../model/world.ts';
import { exceptLateCreates } from './late-creates.ts';

/** Long enough for every deadline, retry and garbage collection to have shown what it leads to. */
const fullRestMs = 120_000;

export interface Expected {
  /** The names that Pods of scale tasks may ever have had. Each Pod was deleted exactly once. */
  readonly podNames?: readonly string[];
  /** Ids of runs, all of which end. Their Pods are those of the attempts in their ledgers. */
  readonly runs?: readonly string[];
  /** How many Pods one name may have had; exactly one where nothing else is said, of a run at most one. */
  readonly times?: (name: string) => { readonly least: number; readonly most: number };
  readonly ledgers?: number;
  /** How long to look on after the end; shorter where thousands of lives are judged. */
  readonly restMs?: number;
}

const exactlyOnce = () => ({ least: 1, most: 1 });
/** A create that the API server never took is an attempt too. */
const atMostOnce = () => ({ least: 0, most: 1 });

/**
 * Runs until Ottoscaler is idle, then a while longer.
 *
 * @returns every broken promise as a sentence; none where all is well
 */
export async function judge(
  world: World,
  otto: Ottoscaler,
  expected: Expected,
  withinMs = 3_600_000,
): Promise<readonly string[]> {
  const verdict = new Violations(() => world.clock.now());
  await examine(world, otto, expected, { verdict, withinMs });
  const seen = exceptLateCreates(world.audit.broken.sentences, (name) => wasLate(otto, name));
  return [...seen, ...verdict.sentences];
}

function wasLate({ network }: Ottoscaler, podName: string): boolean {
  return network.trace.some(
    ({ name, verb, fate }) => name === podName && verb === 'pods.create' && fate === 'late',
  );
}

/** As {@link judge}, of what shows at rest alone: what the audit saw happen is told by it. */
export async function examine(
  world: World,
  otto: Ottoscaler,
  { podNames = [], runs = [], times, ledgers, restMs = fullRestMs }: Expected,
  { verdict, withinMs }: { readonly verdict: Violations; readonly withinMs: number },
): Promise<void> {
  const came = await world.run(() => otto.isIdle && world.pods.length === 0, withinMs);
  await world.pass(restMs);
  if (!came || !otto.isIdle) verdict.report('liveness', 'pool', `it does not come to rest: ${stuck(otto)}`);
  for (const { name } of world.pods) verdict.report('I3', name, `the Pod ${name} is left behind`);
  const intended = new Map(podNames.map((name) => [name, (times ?? exactlyOnce)(name)]));
  for (const id of runs) {
    const run = readRun(world, id);
    if (!run) {
      verdict.report('I7', id, `there is no ledger of the run ${id}`);
      continue;
    }
    for (const { invariant, sentence } of brokenRun(run, policy.infrastructureRetriesMax))
      verdict.report(invariant, id, sentence);
    for (const name of podNamesOf(world, run)) intended.set(name, (times ?? atMostOnce)(name));
  }
  examinePods(world, intended, verdict);
  for (const [name, state] of world.ledgers) {
    if (state?.closedAt === '') verdict.report('I7', name, `the ledger ${name} is still open`);
  }
  if (ledgers !== undefined && world.ledgers.size !== ledgers)
    verdict.report('I7', 'ledgers', `there are ${world.ledgers.size} ledgers instead of ${ledgers}`);
  if (otto.capacityDrift !== 0) verdict.report('G13', 'pool', `capacity drifted by ${otto.capacityDrift}`);
  const { live } = otto.registry;
  if (live.size > 0) verdict.report('G13', 'pool', `${live.size} workers still count as live`);
  for (const { message } of otto.said('crashed')) verdict.report('G9', 'pool', message);
}

type Times = NonNullable<Expected['times']>;

/** Each Pod was meant to be, was made as often as may be, and was deleted once. */
function examinePods(
  { audit }: World,
  intended: ReadonlyMap<string, ReturnType<Times>>,
  verdict: Violations,
): void {
  const created = Map.groupBy(audit.created, ({ name }) => name);
  for (const [name, { least, most }] of intended) {
    const count = created.get(name)?.length ?? 0;
    if (count < least || count > most)
      verdict.report('I1', name, `the Pod ${name} was created ${count} times`);
  }
  const deletions = Map.groupBy(audit.deletions, (uid) => uid);
  for (const { name, uid } of audit.created) {
    if (!intended.has(name)) verdict.report('I1', name, `the Pod ${name} was never intended`);
    const deleted = deletions.get(uid)?.length ?? 0;
    if (deleted > 1 || (deleted === 0 && !audit.takenAway.has(uid)))
      verdict.report('I3', name, `the Pod ${name} was deleted ${deleted} times`);
  }
}

function stuck(otto: Ottoscaler): string {
  const { workers, scaleUps, scaleDowns, pipelines } = otto.registry;
  const actors = [...workers, ...scaleUps, ...scaleDowns, ...pipelines];
  const where = actors.map(([id, ref]) => `${id} in ${JSON.stringify(ref.getSnapshot().value)}`);
  return where.join(', ') || JSON.stringify(otto.ref.getSnapshot().value);
}
