/**
 * Whoever measures or traces what the charts have done. It hears of each effect when it begins and when it ends, decides
 * nothing, and must not throw.
 */
import type { ScaleDownCommand, ScaleUpCommand } from '../machines/command.ts';
import type { PipelineOpening } from '../machines/pipeline/record.ts';
import type { Ending, WorkerTarget } from '../machines/worker/events.ts';

export type Effect =
  | { readonly name: 'open-scale-up'; readonly command: ScaleUpCommand }
  | { readonly name: 'open-scale-down'; readonly command: ScaleDownCommand }
  | { readonly name: 'open-pipeline'; readonly opening: PipelineOpening }
  | {
      readonly name: 'mark-promised' | 'mark-created' | 'close-scale' | 'discard-ledger';
      readonly ledgerName: string;
    }
  | { readonly name: 'write-journal' | 'close-pipeline'; readonly ledgerName: string }
  | { readonly name: 'create-pod'; readonly worker: WorkerTarget & { readonly tries: number } }
  | { readonly name: 'drain-logs' | 'delete-pod'; readonly worker: WorkerTarget }
  | { readonly name: 'record-outcome'; readonly worker: Ending };

export type EffectEnd =
  { readonly kind: 'done'; readonly output: unknown } | { readonly kind: 'failed'; readonly error: unknown };

export interface EffectObserver {
  /** @returns to be told its end, once */
  began(effect: Effect): (end: EffectEnd) => void;
}

export function allOf(observers: readonly EffectObserver[]): EffectObserver {
  return {
    began: (effect) => {
      const ends = observers.map((observer) => observer.began(effect));
      return (end) => {
        for (const tell of ends) tell(end);
      };
    },
  };
}
