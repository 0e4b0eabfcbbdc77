/** The pool's part of a scale command: making its actor, choosing victims, letting it go. Total. */
import { createActor } from 'xstate';
import type { ScaleDownCommand } from '../command.ts';
import { chooseVictims, type Candidate } from '../scale/choose-victims.ts';
import type { OpenScaleDown } from '../scale/replies.ts';
import type { ScaleUpInput } from '../scale/scale-up.machine.ts';
import type { Supervisor } from './supervise.ts';
import { scaleDownId, scaleUpId } from './registry.ts';

/** A command that is under way stays as it is: its caller reads the same answer from the same actor. */
export function startScaleUp({ context, self }: Supervisor, input: ScaleUpInput): void {
  const { registry, logic } = context;
  const id = scaleUpId(input.command);
  if (registry.scaleUps.has(id)) return;
  const ref = createActor(logic.scaleUp, { parent: self, id, input });
  registry.scaleUps.set(id, ref);
  const work = input.former?.opened ?? input.resume;
  if (work) registry.owners.set(work.order.ledger.name, ref);
  ref.start();
}

export function startScaleDown(
  { context, self }: Supervisor,
  command: ScaleDownCommand,
  at: string,
  resume?: OpenScaleDown,
): void {
  const { registry, logic } = context;
  const id = scaleDownId(command);
  if (registry.scaleDowns.has(id)) return;
  const podNames = chooseVictims(candidates({ context, self }, command.taskId), command.target);
  const input = { command, podNames, at, ...(resume ? { resume } : {}) };
  const ref = createActor(logic.scaleDown, { parent: self, id, input });
  registry.scaleDowns.set(id, ref);
  ref.start();
}

/** The workers that a scale-down may end: those that have not ended and are not being ended. */
function candidates({ context: { registry } }: Supervisor, taskId: string): Candidate[] {
  const found: Candidate[] = [];
  for (const [podName, ref] of registry.workers) {
    const snapshot = ref.getSnapshot();
    const { order, slot, outcome, termination, presence } = snapshot.context;
    // A run's workers are its own to end.
    if (outcome || termination !== undefined || order.stage) continue;
    if (taskId !== '' && order.taskId !== taskId) continue;
    const advance = snapshot.hasTag('running')
      ? 'running'
      : snapshot.hasTag('queued')
        ? 'queued'
        : 'starting';
    const createdAt = presence.kind === 'seen' ? presence.pod.createdAt : order.acceptedAt;
    found.push({ podName, advance, createdAt, index: slot.index });
  }
  return found;
}

/** Forgets a command that has answered for the last time. `id` is its actor's. */
export function endCommand({ context: { registry } }: Supervisor, id: string): void {
  registry.scaleDowns.delete(id);
  const scaleUp = registry.scaleUps.get(id)?.getSnapshot().context;
  registry.scaleUps.delete(id);
  if (!scaleUp?.opened) return;
  const { order, slots } = scaleUp.opened;
  registry.owners.delete(order.ledger.name);
  // Undone: its ledger is gone, so its workers are no history that a restart could read again.
  if (scaleUp.answer?.kind === 'refused') for (const { slot } of slots) registry.history.delete(slot.podName);
}
