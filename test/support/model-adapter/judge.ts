/** What must hold once nothing has anything left to do, whatever went wrong before. */
import type { Ottoscaler } from './ottoscaler.ts';
import type { World } from './world.ts';

/** Long enough for every deadline, retry and garbage collection to have shown what it leads to. */
const restMs = 120_000;

export interface Expected {
  /** The names that Pods may ever have had. Each Pod was deleted exactly once. */
  readonly podNames: readonly string[];
  /** How many Pods one name may have had; exactly one where nothing else is said. */
  readonly times?: (name: string) => { readonly least: number; readonly most: number };
  readonly ledgers?: number;
}

const exactlyOnce = () => ({ least: 1, most: 1 });

/**
 * Runs until Ottoscaler is idle, then a while longer.
 *
 * @returns every broken promise as a sentence; none where all is well
 */
export async function judge(
  world: World,
  otto: Ottoscaler,
  { podNames, times = exactlyOnce, ledgers }: Expected,
  withinMs = 3_600_000,
): Promise<readonly string[]> {
  const { audit } = world;
  const came = await world.run(() => otto.isIdle && world.pods.length === 0, withinMs);
  await world.pass(restMs);
  const broken = [...audit.violations];
  if (!came || !otto.isIdle) broken.push(`it does not come to rest: ${stuck(otto)}`);
  for (const { name } of world.pods) broken.push(`the Pod ${name} is left behind`);
  for (const name of podNames) {
    const created = audit.createdUnder(name);
    const { least, most } = times(name);
    if (created < least || created > most) broken.push(`the Pod ${name} was created ${created} times`);
  }
  for (const { name, uid } of audit.created) {
    if (!podNames.includes(name)) broken.push(`the Pod ${name} was never intended`);
    const deleted = audit.deletions.filter((deletion) => deletion === uid).length;
    if (deleted !== 1) broken.push(`the Pod ${name} was deleted ${deleted} times`);
  }
  for (const [name, state] of world.ledgers) {
    if (state?.closedAt === '') broken.push(`the ledger ${name} is still open`);
  }
  if (ledgers !== undefined && world.ledgers.size !== ledgers)
    broken.push(`there are ${world.ledgers.size} ledgers instead of ${ledgers}`);
  if (otto.capacityDrift !== 0) broken.push(`capacity drifted by ${otto.capacityDrift}`);
  if (otto.registry.live.size > 0) broken.push(`${otto.registry.live.size} workers still count as live`);
  for (const { message } of otto.said('crashed')) broken.push(message);
  return broken;
}

function stuck(otto: Ottoscaler): string {
  const { workers, scaleUps, scaleDowns } = otto.registry;
  const actors = [...workers, ...scaleUps, ...scaleDowns];
  const where = actors.map(([id, ref]) => `${id} in ${JSON.stringify(ref.getSnapshot().value)}`);
  return where.join(', ') || JSON.stringify(otto.ref.getSnapshot().value);
}
