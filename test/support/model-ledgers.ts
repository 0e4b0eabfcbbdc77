/** The ledgers of a model cluster: what was promised, in Maps. */
import type { ScaleDownCommand, ScaleUpCommand } from '../../src/machines/command.ts';
import type { EndedWorker, WorkerOrder, WorkerSlot } from '../../src/machines/worker/order.ts';
import { order } from './orders.ts';
import type { PoolCall, PoolCalls } from './pool-harness.ts';

/** How an effect ends. `lost`: it was applied, but its caller is told that the API server did not answer. */
export type Answer = 'ok' | 'refuse' | 'unavailable' | 'lost' | 'reject';

interface ScaleUpLedger {
  readonly order: WorkerOrder;
  readonly slots: readonly WorkerSlot[];
  readonly ended: Map<string, EndedWorker>;
  created: boolean;
  promised: boolean;
  closed: boolean;
}

interface ScaleDownLedger {
  readonly ledgerName: string;
  readonly podNames: readonly string[];
  readonly acceptedAt: string;
  closed: boolean;
}

export class ModelLedgers {
  /** By the ledger's name, which follows from the command's key. */
  readonly scaleUps = new Map<string, ScaleUpLedger>();
  readonly scaleDowns = new Map<string, ScaleDownLedger>();
  readonly #unheard = new Set<string>();

  /**
   * Names of ledgers that someone works on: not tombstones yet. Where the answer to the opening was lost,
   * nobody does until the caller tries again or the process starts anew.
   */
  get open(): readonly string[] {
    const all = [...this.scaleUps, ...this.scaleDowns];
    return all.filter(([name, { closed }]) => !closed && !this.#unheard.has(name)).map(([name]) => name);
  }

  /** What the reaper asks of a Pod that no worker has. */
  isOver(ledgerName: string, podName: string): boolean {
    const ledger = this.scaleUps.get(ledgerName);
    return !ledger || ledger.closed || ledger.ended.has(podName);
  }

  answer(asked: PoolCall, answer: Answer): void {
    if (answer === 'unavailable' || answer === 'refuse') return this.#fail(asked, answer);
    const reply = this.#apply(asked);
    if (asked.slot === 'openScaleUp' || asked.slot === 'openScaleDown') this.#hear(asked, answer);
    if (answer === 'lost') asked.call.fail(new Error('timeout'));
    else reply();
  }

  #hear(asked: Extract<PoolCall, { slot: 'openScaleUp' | 'openScaleDown' }>, answer: Answer): void {
    const name = nameOf(asked.call.input.command);
    if (answer === 'ok') this.#unheard.delete(name);
    else this.#unheard.add(name);
  }

  #fail(asked: PoolCall, answer: 'unavailable' | 'refuse'): void {
    const isOpening = asked.slot === 'openScaleUp' || asked.slot === 'openScaleDown';
    if (answer === 'refuse' && isOpening)
      asked.call.reply({ kind: 'refused', code: 'differs', reason: 'another command has this id' });
    else asked.call.fail(new Error('503'));
  }

  /** @returns the answer to give if it is not lost. */
  #apply(asked: PoolCall): () => void {
    switch (asked.slot) {
      case 'openScaleUp':
        return this.#openScaleUp(asked.call);
      case 'openScaleDown':
        return this.#openScaleDown(asked.call);
      case 'recordOutcome':
        return this.#record(asked.call);
      case 'markPromised': {
        const ledger = this.scaleUps.get(asked.call.input.order.ledger.name);
        if (ledger) ledger.promised = true;
        return () => asked.call.reply();
      }
      case 'markCreated': {
        const ledger = this.scaleUps.get(asked.call.input.order.ledger.name);
        if (ledger) ledger.created = true;
        return () => asked.call.reply();
      }
      case 'closeLedger': {
        const { ledgerName } = asked.call.input;
        const ledger = this.scaleUps.get(ledgerName) ?? this.scaleDowns.get(ledgerName);
        if (ledger) ledger.closed = true;
        return () => asked.call.reply();
      }
      case 'discardLedger':
        this.scaleUps.delete(asked.call.input.ledgerName);
        return () => asked.call.reply();
      case 'drainLogs':
      case 'settleEffects':
        return () => asked.call.reply();
      case 'findPod':
      case 'createPod':
      case 'deletePod':
      case 'openPipeline':
      case 'writeJournal':
      case 'closePipeline':
        throw new Error(`${asked.slot} is no matter of ledgers`);
    }
  }

  #openScaleUp(call: PoolCalls['openScaleUp']): () => void {
    const { command } = call.input;
    const { taskId, requestId, workerCount } = command;
    const name = nameOf(command);
    const known = this.scaleUps.get(name);
    const ledger = known ?? {
      order: order({ ledger: { name, uid: `uid-of-${name}` }, taskId, workerCount }),
      slots: Array.from({ length: workerCount }, (_, index) => ({
        podName: `otto-${taskId}-${requestId}-${index}`,
        index,
        attempt: 1,
      })),
      ended: new Map(),
      created: false,
      promised: false,
      closed: false,
    };
    this.scaleUps.set(name, ledger);
    const { acceptedAt } = ledger.order;
    if (ledger.closed) {
      const podNames = ledger.slots.map(({ podName }) => podName);
      return () => call.reply({ kind: 'replayed', podNames, acceptedAt });
    }
    const slots = ledger.slots.map((slot) => {
      const ended = ledger.ended.get(slot.podName);
      return { slot, ...(ended ? { ended } : {}) };
    });
    const kind = known ? 'resumed' : 'opened';
    return () =>
      call.reply({ kind, order: ledger.order, slots, created: ledger.created, promised: ledger.promised });
  }

  #openScaleDown(call: PoolCalls['openScaleDown']): () => void {
    const { command, podNames } = call.input;
    const name = nameOf(command);
    const known = this.scaleDowns.get(name);
    const ledger = known ?? { ledgerName: name, podNames, acceptedAt: '2026-01-01T00:00:00Z', closed: false };
    this.scaleDowns.set(name, ledger);
    const kind = !known ? 'opened' : ledger.closed ? 'replayed' : 'resumed';
    return () => call.reply({ ...ledger, kind });
  }

  /** The first record of an end stays; recording again answers it. */
  #record(call: PoolCalls['recordOutcome']): () => void {
    const { order: of, slot, outcome, pod } = call.input;
    const ledger = this.scaleUps.get(of.ledger.name);
    const ended = ledger?.ended.get(slot.podName) ?? {
      outcome,
      createdAt: pod?.createdAt ?? '',
      startedAt: '',
      endedAt: '',
      nodeName: pod?.nodeName ?? '',
    };
    ledger?.ended.set(slot.podName, ended);
    return () => call.reply(ended);
  }
}

/** It follows from the command's key, so that a replay finds it. */
function nameOf({ kind, taskId, requestId }: ScaleUpCommand | ScaleDownCommand): string {
  return `ledger${kind === 'scale-up' ? '' : '-down'}-${taskId}-${requestId}`;
}
