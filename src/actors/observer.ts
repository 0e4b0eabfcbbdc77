/**
 * Whoever measures, traces or tells what the charts have done and what was seen of their workers. It decides nothing,
 * changes nothing, and must not throw.
 */
import type { ScaleDownCommand, ScaleUpCommand } from '../machines/command.ts';
import type { OpenPipelineReply, PipelineOpening } from '../machines/pipeline/record.ts';
import type { OpenScaleDownReply, OpenScaleUpReply } from '../machines/scale/replies.ts';
import type { Ending, WorkerTarget } from '../machines/worker/events.ts';
import type { Outcome } from '../machines/worker/order.ts';
import type { WitnessedWorker } from './ports.ts';

/** The first write of a command's or a run's ledger. */
export type Opening =
  | { readonly name: 'open-scale-up'; readonly command: ScaleUpCommand }
  | { readonly name: 'open-scale-down'; readonly command: ScaleDownCommand }
  | { readonly name: 'open-pipeline'; readonly opening: PipelineOpening };

export type Effect =
  | Opening
  | {
      readonly name: 'mark-promised' | 'mark-created' | 'close-scale' | 'discard-ledger';
      readonly ledgerName: string;
    }
  | { readonly name: 'write-journal' | 'close-pipeline'; readonly ledgerName: string }
  | { readonly name: 'create-pod'; readonly worker: WorkerTarget & { readonly tries: number } }
  | { readonly name: 'drain-logs' | 'delete-pod'; readonly worker: WorkerTarget }
  | { readonly name: 'record-outcome'; readonly worker: Ending };

export type OpeningReply = OpenScaleUpReply | OpenScaleDownReply | OpenPipelineReply;

/** What an opening came to, whichever ledger it was. */
export interface Opened {
  readonly result: OpeningReply['kind'];
  /** Absent where there is none, or none that is still written; without `uid` where the reply has only its name. */
  readonly ledger?: { readonly name: string; readonly uid?: string };
}

export type EffectEnd =
  /** `opened`: of an opening. */
  { readonly kind: 'done'; readonly opened?: Opened } | { readonly kind: 'failed' };

export interface SeenWorker extends WitnessedWorker {
  /** Its container runs, or has run. */
  readonly hasBegun: boolean;
}

/** Each part hears before the witness acts on the same. */
export interface Observer {
  /** @returns to be told its end, once */
  began?(effect: Effect): (end: EffectEnd) => void;
  /** More is known of it than before. */
  saw?(worker: SeenWorker): void;
  /** Its end is about to be recorded; told again where that is tried again. */
  ending?(worker: SeenWorker, outcome: Outcome): void;
  /** Its log is about to be read to the end. */
  draining?(worker: SeenWorker): void;
  /** Its Pod's absence is confirmed. */
  gone?(worker: SeenWorker): void;
}

/** @returns one that tells all, in their order */
export function allOf(observers: readonly Observer[]): Required<Observer> {
  return {
    began: (effect) => {
      const ends = observers.map((observer) => observer.began?.(effect));
      return (end) => {
        for (const tell of ends) tell?.(end);
      };
    },
    saw: (worker) => {
      for (const observer of observers) observer.saw?.(worker);
    },
    ending: (worker, outcome) => {
      for (const observer of observers) observer.ending?.(worker, outcome);
    },
    draining: (worker) => {
      for (const observer of observers) observer.draining?.(worker);
    },
    gone: (worker) => {
      for (const observer of observers) observer.gone?.(worker);
    },
  };
}
