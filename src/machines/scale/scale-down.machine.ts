/**
 * One ScaleDown command: the chosen workers are terminated, and the caller learns which.
 *
 * With a request id the choice is written to a ledger before the first worker is touched, so a replay
 * answers the same names and a restart goes on with the same choice. Without one the command only states
 * a target; repeated, it finds the target met.
 *
 * Restart: transient. Tells the pool: `workers.terminate`, `command.finished`.
 */
import { assign, sendParent, setup } from 'xstate';
import type { ScaleDownCommand } from '../command.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import type { WorkerReport } from '../worker/events.ts';
import { refused, replay, type OpenScaleDown, type OpenScaleDownReply, type ScaleAnswer } from './replies.ts';

interface ScaleDownContext {
  readonly command: ScaleDownCommand;
  /** Workers to terminate. */
  readonly podNames: readonly string[];
  readonly unsettled: ReadonlySet<string>;
  readonly acceptedAt: string;
  readonly ledgerName?: string;
  readonly replayed: boolean;
  readonly answer?: ScaleAnswer;
}

interface ScaleDownInput {
  readonly command: ScaleDownCommand;
  /** The pool's choice; an existing ledger's outranks it. */
  readonly podNames: readonly string[];
  /** RFC 3339. */
  readonly at: string;
  readonly resume?: OpenScaleDown;
}

export type ScaleDownReport =
  | {
      readonly type: 'workers.terminate';
      readonly ids: readonly string[];
      readonly reason: string;
      readonly by: string;
    }
  | { readonly type: 'command.finished'; readonly id: string };

const scaleDownSetup = setup({
  types: {
    context: typed<ScaleDownContext>(),
    events: typed<WorkerReport>(),
    input: typed<ScaleDownInput>(),
    meta: typed<StateMeta<ScaleDownContext>>(),
    tags: typed<'answered'>(),
  },
  actors: {
    openLedger: slot<OpenScaleDownReply, { command: ScaleDownCommand; podNames: readonly string[] }>(
      'openLedger',
    ),
    closeLedger: slot<void, { ledgerName: string }>('closeLedger'),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    terminate: sendParent(({ context, self }): ScaleDownReport => ({
      type: 'workers.terminate',
      ids: context.podNames,
      reason: terminationReason(context.command),
      by: self.id,
    })),
    settle: assign(({ context, event }) => {
      if (!context.unsettled.has(event.id)) return {};
      return { unsettled: new Set([...context.unsettled].filter((id) => id !== event.id)) };
    }),
    answer: assign(({ context: c }) => ({
      answer: c.replayed
        ? replay(c)
        : {
            kind: 'accepted' as const,
            replayed: false,
            podNames: c.podNames,
            acceptedAt: c.acceptedAt,
            failedCount: c.unsettled.size,
            message:
              c.unsettled.size > 0
                ? `${c.podNames.length} terminated, ${c.unsettled.size} of them not confirmed yet`
                : `${c.podNames.length} terminated`,
          },
    })),
    finish: sendParent(({ self }): ScaleDownReport => ({ type: 'command.finished', id: self.id })),
  },
  guards: {
    isMet: ({ context }) => context.command.requestId === '' && context.podNames.length === 0,
    needsNoLedger: ({ context }) => context.command.requestId === '' || context.ledgerName !== undefined,
    isSettled: ({ context }) => context.unsettled.size === 0,
    hasLedger: ({ context }) => context.ledgerName !== undefined,
  },
  delays: {
    recordDeadline: 30_000,
    /** Less than a caller's usual patience of 30 s. */
    settleDeadline: 20_000,
    readDeadline: 0,
  },
});

export const scaleDownMachine = scaleDownSetup.createMachine({
  id: 'scaleDown',
  context: ({ input: { command, podNames, at, resume } }) => {
    const chosen = resume?.podNames ?? podNames;
    return {
      command,
      podNames: chosen,
      unsettled: new Set(chosen),
      acceptedAt: resume?.acceptedAt ?? at,
      replayed: false,
      ...(resume ? { ledgerName: resume.ledgerName } : {}),
    };
  },
  initial: 'recording',
  on: { 'worker.settled': { actions: 'settle' }, 'worker.finished': { actions: 'settle' } },
  states: {
    recording: {
      meta: { reason: () => 'writing the choice to its ledger' },
      always: [
        { guard: 'isMet', target: 'met' },
        { guard: 'needsNoLedger', target: 'terminating' },
      ],
      invoke: {
        src: 'openLedger',
        input: ({ context }) => ({ command: context.command, podNames: context.podNames }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'opened' || event.output.kind === 'resumed',
            target: 'terminating',
            actions: assign(({ event: { output } }) =>
              output.kind === 'opened' || output.kind === 'resumed'
                ? {
                    podNames: output.podNames,
                    unsettled: new Set(output.podNames),
                    acceptedAt: output.acceptedAt,
                    ledgerName: output.ledgerName,
                    replayed: output.kind === 'resumed',
                  }
                : {},
            ),
          },
          {
            target: 'answered',
            actions: assign(({ event: { output } }) => {
              if (output.kind === 'refused') return { answer: output };
              return output.kind === 'replayed' ? { answer: replay(output) } : {};
            }),
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
    /**
     * Nobody to end and nothing to record: all is over before the sending of the command's event returns, and
     * whoever sent it has still to find this actor and read the answer.
     */
    met: {
      tags: ['answered'],
      meta: { reason: () => 'letting its caller read the answer' },
      entry: 'answer',
      after: { readDeadline: 'answered' },
    },
    terminating: {
      meta: { reason: ({ unsettled }) => `waiting for ${unsettled.size} workers to be terminated` },
      entry: 'terminate',
      always: { guard: 'isSettled', target: 'settled' },
      after: { settleDeadline: { target: 'settled' } },
    },
    settled: {
      tags: ['answered'],
      entry: 'answer',
      meta: { reason: () => 'waiting until the termination is durable' },
      always: [
        { guard: ({ context }) => context.ledgerName === undefined, target: 'answered' },
        { guard: 'isSettled', target: 'closing' },
      ],
      after: {
        settleDeadline: {
          target: 'settled',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'some workers could not be terminated yet' } },
        },
      },
    },
    closing: {
      tags: ['answered'],
      meta: { reason: () => 'turning the ledger into a tombstone' },
      invoke: {
        src: 'closeLedger',
        input: ({ context }) => ({ ledgerName: context.ledgerName ?? '' }),
        onDone: 'answered',
        onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
      },
      after: {
        recordDeadline: {
          target: 'closing',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'the ledger could not be written in time' } },
        },
      },
    },
    answered: { type: 'final', tags: ['answered'], entry: 'finish' },
  },
});

function terminationReason({ target, triggeredBy, reason }: ScaleDownCommand): string {
  const by = triggeredBy ? ` by ${triggeredBy}` : '';
  return `scaled down to ${target}${by}${reason ? `: ${reason}` : ''}`;
}
