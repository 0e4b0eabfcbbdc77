/** The ledgers of a model cluster: what was promised, in Maps. */
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

  /** What the reaper asks of a Pod that no worker has. */
  isOver(ledgerName: string, podName: string): boolean {
    const ledger = this.scaleUps.get(ledgerName);
    return !ledger || ledger.closed || ledger.ended.has(podName);
  }

  answer(asked: PoolCall, answer: Answer): void {
    if (answer === 'unavailable' || answer === 'refuse') return this.#fail(asked, answer);
    const reply = this.#apply(asked);
    if (answer === 'lost') asked.call.fail(new Error('timeout'));
    else reply();
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
      case 'createPod':
      case 'deletePod':
        throw new Error(`${asked.slot} is no matter of ledgers`);
    }
  }

  #openScaleUp(call: PoolCalls['openScaleUp']): () => void {
    const { taskId, requestId, workerCount } = call.input.command;
    const name = `ledger-${taskId}-${requestId}`;
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
    return () => call.reply({ kind, order: ledger.order, slots, created: ledger.created });
  }

  #openScaleDown(call: PoolCalls['openScaleDown']): () => void {
    const { command, podNames } = call.input;
    const ledgerName = `ledger-down-${command.taskId}-${command.requestId}`;
    const known = this.scaleDowns.get(ledgerName);
    const ledger = known ?? { ledgerName, podNames, acceptedAt: '2026-01-01T00:00:00Z', closed: false };
    this.scaleDowns.set(ledgerName, ledger);
    const kind = !known ? 'opened' : ledger.closed ? 'replayed' : 'resumed';
    return () => call.reply({ kind, ledgerName, podNames: ledger.podNames, acceptedAt: ledger.acceptedAt });
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
