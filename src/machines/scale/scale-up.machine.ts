/**
 * One ScaleUp command, from its durable intent to its tombstone.
 *
 * Order: the ledger is written, then workers are asked of the pool, then the caller is answered, then the
 * end of the last worker closes the ledger. Any step may be the last of a process: the next one resumes
 * from the ledger (`input.resume`). It undoes what the API server takes no Pod of; so where Pods are still in line,
 * the ledger says that the command is accepted before the caller hears it.
 *
 * Restart: transient. Tells the pool: `workers.requested`, `command.finished`.
 */
import { and, assign, sendParent, setup } from 'xstate';
import type { ScaleUpCommand } from '../command.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { WorkerOrder } from '../worker/order.ts';
import { refused, replay, type OpenScaleUp, type OpenScaleUpReply, type ScaleAnswer } from './replies.ts';
import {
  allCreated,
  allFinished,
  allPlaced,
  advance,
  nothingPossible,
  placements,
  summarize,
  type Placement,
} from './placement.ts';

export interface ScaleUpContext {
  readonly command: ScaleUpCommand;
  readonly opened?: OpenScaleUp;
  readonly placements: ReadonlyMap<string, Placement>;
  readonly replayed: boolean;
  readonly answer?: ScaleAnswer;
}

export interface ScaleUpInput {
  readonly command: ScaleUpCommand;
  readonly resume?: OpenScaleUp;
  /** All that this command's actor knew when it crashed. Outranks `resume`. */
  readonly former?: ScaleUpContext;
}

type ScaleUpEvent =
  | WorkerReport
  /** What its workers would have told it, had it been there: one event, for each change costs as much as all. */
  | { readonly type: 'workers.stood'; readonly reports: readonly WorkerReport[] };

export type ScaleUpReport =
  | { readonly type: 'workers.requested'; readonly work: OpenScaleUp; readonly command: ScaleUpCommand }
  | { readonly type: 'command.finished'; readonly id: string };

const scaleUpSetup = setup({
  types: {
    context: typed<ScaleUpContext>(),
    events: typed<ScaleUpEvent>(),
    input: typed<ScaleUpInput>(),
    meta: typed<StateMeta<ScaleUpContext>>(),
    tags: typed<'answered'>(),
  },
  actors: {
    openLedger: slot<OpenScaleUpReply, { command: ScaleUpCommand }>('openLedger'),
    markPromised: slot<void, { order: WorkerOrder }>('markPromised'),
    markCreated: slot<void, { order: WorkerOrder }>('markCreated'),
    closeLedger: slot<void, { ledgerName: string }>('closeLedger'),
    discardLedger: slot<void, { ledgerName: string; uid: string }>('discardLedger'),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    requestWorkers: sendParent(({ context }): ScaleUpReport => {
      if (!context.opened) throw new Error('workers are requested only once the ledger is open');
      return { type: 'workers.requested', work: context.opened, command: context.command };
    }),
    follow: assign(({ context, event }) => ({
      placements: advance(context.placements, event.type === 'workers.stood' ? event.reports : [event]),
    })),
    answerPlaced: assign(({ context }) =>
      context.opened && !context.answer
        ? { answer: summarize(context.opened.order, context.placements, context.replayed) }
        : {},
    ),
    finish: sendParent(({ self }): ScaleUpReport => ({ type: 'command.finished', id: self.id })),
  },
  guards: {
    isResumed: ({ context }) => context.opened !== undefined,
    isPlaced: ({ context }) => allPlaced(context.placements),
    isCreated: ({ context }) => allCreated(context.placements) && context.opened?.created === false,
    isFinished: ({ context }) => allFinished(context.placements),
    /** Whoever takes over would not undo it: it is marked as accepted, or its Pods are there. */
    isKept: ({ context: { opened, placements: all } }) =>
      opened?.promised === true ||
      opened?.created === true ||
      (allCreated(all) && nothingPossible(all) === undefined),
    isImpossible: ({ context }) =>
      !context.replayed && !context.opened?.promised && nothingPossible(context.placements) !== undefined,
  },
  delays: {
    recordDeadline: ({ context }) => context.opened?.order.limits.recordMs ?? 30_000,
    /** Less than a caller's usual patience of 30 s: better a partial answer than none. */
    placeDeadline: 20_000,
    workDeadline: ({ context }) => {
      const limits = context.opened?.order.limits;
      return limits ? limits.queueMs + limits.pendingMs + limits.runMs + limits.deleteMs : 0;
    },
  },
});

const ledgerOf = ({ opened }: ScaleUpContext) => ({
  ledgerName: opened?.order.ledger.name ?? '',
  uid: opened?.order.ledger.uid ?? '',
});
function orderOf({ opened }: ScaleUpContext) {
  if (!opened) throw new Error('only an open ledger is marked');
  return { order: opened.order };
}

const unrecorded = { type: 'alarm', params: { reason: 'the ledger could not be written in time' } } as const;

export const scaleUpMachine = scaleUpSetup.createMachine({
  id: 'scaleUp',
  context: ({ input: { command, resume, former } }) =>
    former ?? {
      command,
      placements: resume ? placements(resume) : new Map(),
      replayed: false,
      ...(resume ? { opened: resume } : {}),
    },
  initial: 'recording',
  on: {
    'workers.stood': { actions: 'follow' },
    'worker.queued': { actions: 'follow' },
    'worker.created': { actions: 'follow' },
    'worker.ended': { actions: 'follow' },
    'worker.finished': { actions: 'follow' },
  },
  states: {
    recording: {
      meta: { reason: () => 'writing the intent to its ledger' },
      always: { guard: 'isResumed', target: 'placing' },
      invoke: {
        src: 'openLedger',
        input: ({ context }) => ({ command: context.command }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'opened' || event.output.kind === 'resumed',
            target: 'placing',
            actions: assign(({ event: { output } }) =>
              output.kind === 'opened' || output.kind === 'resumed'
                ? { opened: output, placements: placements(output), replayed: output.kind === 'resumed' }
                : {},
            ),
          },
          {
            guard: ({ event }) => event.output.kind === 'replayed',
            target: 'answered',
            actions: assign(({ event: { output } }) =>
              output.kind === 'replayed' ? { answer: replay(output) } : {},
            ),
          },
          {
            target: 'answered',
            actions: assign(({ event: { output } }) => (output.kind === 'refused' ? { answer: output } : {})),
          },
        ],
        onError: {
          target: 'answered',
          actions: assign(({ event }) => ({ answer: refused('unavailable', String(event.error)) })),
        },
      },
      after: {
        recordDeadline: {
          target: 'answered',
          actions: assign({
            answer: refused('unavailable', 'the ledger could not be written in time; try again'),
          }),
        },
      },
    },
    placing: {
      meta: { reason: () => 'waiting until every Pod is created or in line' },
      entry: 'requestWorkers',
      always: [
        { guard: 'isImpossible', target: 'discarding' },
        { guard: and(['isPlaced', 'isKept']), target: 'working' },
        { guard: 'isPlaced', target: 'promising' },
      ],
      after: { placeDeadline: [{ guard: 'isKept', target: 'working' }, { target: 'promising' }] },
    },
    /** Where Pods are still to be created, whoever takes over after a crash has to know that it was answered. */
    promising: {
      meta: { reason: () => 'recording that it is accepted, before it is answered' },
      invoke: {
        src: 'markPromised',
        input: ({ context }) => orderOf(context),
        onDone: {
          target: 'working',
          actions: assign(({ context: { opened } }) =>
            opened ? { opened: { ...opened, promised: true } } : {},
          ),
        },
        onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
      },
      after: { recordDeadline: { target: 'promising', reenter: true, actions: unrecorded } },
    },
    working: {
      tags: ['answered'],
      initial: 'creating',
      meta: { reason: () => 'its workers are at work' },
      entry: 'answerPlaced',
      always: { guard: 'isFinished', target: 'closing' },
      after: {
        workDeadline: {
          target: 'working',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'some workers outlived every deadline' } },
        },
      },
      states: {
        creating: {
          meta: { reason: () => 'some Pods are not created yet' },
          always: { guard: 'isCreated', target: 'marking' },
        },
        /** From here on a Pod that is not there has vanished; it will not be created again. */
        marking: {
          meta: { reason: () => 'recording that every Pod was created' },
          invoke: {
            src: 'markCreated',
            input: ({ context }) => orderOf(context),
            onDone: 'created',
            onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
          },
          after: { recordDeadline: { target: 'marking', reenter: true, actions: unrecorded } },
        },
        created: { meta: { reason: () => 'every Pod was created' } },
      },
    },
    closing: {
      tags: ['answered'],
      meta: { reason: () => 'turning the ledger into a tombstone' },
      invoke: {
        src: 'closeLedger',
        input: ({ context }) => ledgerOf(context),
        onDone: 'answered',
        onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
      },
      after: { recordDeadline: { target: 'closing', reenter: true, actions: unrecorded } },
    },
    /** Not one Pod can exist: the command leaves nothing behind, so that it can be corrected and sent again. */
    discarding: {
      initial: 'waiting',
      meta: { reason: () => 'undoing a command that the API server refuses' },
      states: {
        waiting: {
          meta: { reason: () => 'waiting for its workers to end' },
          always: { guard: 'isFinished', target: 'deleting' },
        },
        deleting: {
          meta: { reason: () => 'deleting the ledger' },
          invoke: {
            src: 'discardLedger',
            input: ({ context }) => ledgerOf(context),
            onDone: '#scaleUp.answered',
            onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
          },
        },
      },
      exit: assign(({ context }) => ({
        answer: nothingPossible(context.placements) ?? refused('unavailable', 'the command was undone'),
      })),
      after: { recordDeadline: { target: 'discarding', reenter: true, actions: unrecorded } },
    },
    answered: { type: 'final', tags: ['answered'], entry: 'finish' },
  },
});
