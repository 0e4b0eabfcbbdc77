/**
 * Whether this process leads: one Lease, held by one process at a time.
 *
 * It trusts its own monotonic clock and the API server's compare-and-swap, and nobody else's clock. A holder
 * gives up before others may begin: it acts for `renewMs` after its last renewal was sent, they wait for
 * `durationMs` after they last saw one. A lease does not fence: what is on its way when it is lost is left to
 * the epochs of the ledgers and to preconditions (ADR 9).
 *
 * Two ends: `resigned`, where it was given back, and `lost`, after which this process must not act: it ends,
 * and is started again as one that stands by.
 */
import { assign, setup } from 'xstate';
import { slot, typed, type StateMeta } from '../slots.ts';
import type {
  AcquireReply,
  Held,
  LeadershipContext,
  LeadershipEvent,
  LeadershipInput,
  ReadReply,
  RenewReply,
} from './events.ts';
import { msUntilFree, observe, type Lease } from './lease.ts';

const leadershipSetup = setup({
  types: {
    context: typed<LeadershipContext>(),
    events: typed<LeadershipEvent>(),
    input: typed<LeadershipInput>(),
    meta: typed<StateMeta<LeadershipContext>>(),
    tags: typed<'leading'>(),
  },
  actors: {
    readLease: slot<ReadReply, { leaseName: string }>('readLease'),
    /** Takes exactly the lease that was seen, or makes the first one. */
    acquireLease: slot<AcquireReply, LeadershipInput & { seen: Lease | undefined }>('acquireLease'),
    renewLease: slot<RenewReply, LeadershipInput & { lease: Lease | undefined; epoch: number }>('renewLease'),
    /** Only if it is still ours. */
    releaseLease: slot<void, { leaseName: string; identity: string }>('releaseLease'),
  },
  guards: {
    isFree: ({ context }) => untilFree(context) === 0,
  },
  delays: {
    /** Of one call. Half of what we have, so that one that hangs does not cost the lease. */
    callDeadline: ({ context }) => context.renewMs / 2,
    nextLook: ({ context }) => Math.min(context.retryMs, Math.max(1, untilFree(context))),
    nextRenewal: ({ context }) => context.retryMs,
    renewDeadline: ({ context }) => context.leftMs,
  },
});

function untilFree({ observed, identity, durationMs }: LeadershipContext): number {
  return observed ? msUntilFree(observed, { identity, ownMs: durationMs }) : Infinity;
}

const holderOf = ({ observed }: LeadershipContext) => observed?.lease?.holder ?? '';

/** A renewal whose answer came so late that others may lead by now is none. */
const isInTime = ({ renewMs }: LeadershipContext, reply: Held) => reply.heardMs - reply.sentMs < renewMs;

const hold = ({ renewMs }: LeadershipContext, { lease, sentMs, heardMs }: Held) => ({
  lease,
  epoch: lease.transitions,
  renewedMs: sentMs,
  leftMs: renewMs - (heardMs - sentMs),
  obstacle: '',
});

const wordOf = (reason: string) => ({ obstacle: reason });
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

export const leadershipMachine = leadershipSetup.createMachine({
  id: 'leadership',
  context: ({ input }) => ({
    ...input,
    epoch: 0,
    renewedMs: 0,
    leftMs: input.renewMs,
    obstacle: '',
    lostBecause: '',
  }),
  initial: 'standby',
  states: {
    standby: {
      initial: 'reading',
      meta: {
        reason: (c) => (holderOf(c) ? `${holderOf(c)} leads` : `nobody leads yet${wordsOf(c)}`),
      },
      on: { 'leadership.resign': 'resigned' },
      states: {
        reading: {
          meta: { reason: () => 'looking who leads' },
          invoke: {
            src: 'readLease',
            input: ({ context: { leaseName } }) => ({ leaseName }),
            onDone: [
              {
                guard: ({ event }) => event.output.kind === 'seen',
                target: 'judging',
                actions: assign(({ context, event: { output } }) =>
                  output.kind === 'seen'
                    ? { observed: observe(context.observed, output.lease, output.atMs), obstacle: '' }
                    : {},
                ),
              },
              {
                target: 'waiting',
                actions: assign(({ event: { output } }) =>
                  output.kind === 'failed' ? wordOf(output.reason) : {},
                ),
              },
            ],
            onError: { target: 'waiting', actions: assign(({ event }) => wordOf(String(event.error))) },
          },
          after: { callDeadline: 'waiting' },
        },
        judging: { always: [{ guard: 'isFree', target: '#leadership.acquiring' }, { target: 'waiting' }] },
        waiting: {
          meta: { reason: (c) => `looking again in ${seconds(c.retryMs)} at most${wordsOf(c)}` },
          after: { nextLook: 'reading' },
        },
      },
    },
    acquiring: {
      meta: { reason: () => 'taking the lease' },
      on: { 'leadership.resign': 'resigning' },
      invoke: {
        src: 'acquireLease',
        input: ({ context }) => ({ ...context, seen: context.observed?.lease }),
        onDone: [
          {
            guard: ({ context, event: { output } }) => output.kind === 'held' && isInTime(context, output),
            target: 'leading',
            actions: assign(({ context, event: { output } }) =>
              output.kind === 'held' ? hold(context, output) : {},
            ),
          },
          // Also what was held too late: the next look finds our name in it.
          {
            target: 'standby.waiting',
            actions: assign(({ event: { output } }) =>
              output.kind === 'failed' ? wordOf(output.reason) : {},
            ),
          },
        ],
        onError: { target: 'standby.waiting', actions: assign(({ event }) => wordOf(String(event.error))) },
      },
      after: { callDeadline: 'standby.waiting' },
    },
    leading: {
      tags: ['leading'],
      initial: 'resting',
      meta: { reason: (c) => `leads in epoch ${c.epoch}${wordsOf(c)}` },
      on: {
        'leadership.resign': 'resigning',
        'leadership.stepDown': {
          target: 'lost',
          actions: assign(({ event }) => ({ lostBecause: event.reason })),
        },
        'leadership.outrank': {
          target: '.renewing',
          actions: assign(({ context, event }) => ({ epoch: Math.max(context.epoch, event.epoch + 1) })),
        },
      },
      after: {
        renewDeadline: {
          target: 'lost',
          actions: assign(({ context }) => ({
            lostBecause: `the lease could not be renewed for ${seconds(context.renewMs)}${wordsOf(context)}`,
          })),
        },
      },
      states: {
        resting: {
          meta: { reason: (c) => `renewing the lease in ${seconds(c.retryMs)}${wordsOf(c)}` },
          after: { nextRenewal: 'renewing' },
        },
        renewing: {
          meta: { reason: () => 'renewing the lease' },
          invoke: {
            src: 'renewLease',
            input: ({ context }) => ({ ...context, lease: context.lease }),
            onDone: [
              {
                guard: ({ context, event: { output } }) =>
                  output.kind === 'held' && isInTime(context, output),
                // Anew, and with it the deadline.
                target: '#leadership.leading',
                reenter: true,
                actions: assign(({ context, event: { output } }) =>
                  output.kind === 'held' ? hold(context, output) : {},
                ),
              },
              {
                guard: ({ event }) => event.output.kind === 'moved',
                target: 'renewing',
                reenter: true,
                actions: assign(({ event: { output } }) =>
                  output.kind === 'moved' ? { lease: output.lease } : {},
                ),
              },
              {
                guard: ({ event }) => event.output.kind === 'failed',
                target: 'resting',
                actions: assign(({ event: { output } }) =>
                  output.kind === 'failed' ? wordOf(output.reason) : {},
                ),
              },
              {
                target: '#leadership.lost',
                actions: assign(({ event: { output } }) => ({
                  lostBecause:
                    output.kind === 'taken' ? output.reason : 'a renewal was answered after its time',
                })),
              },
            ],
            onError: { target: 'resting', actions: assign(({ event }) => wordOf(String(event.error))) },
          },
          after: { callDeadline: { target: 'renewing', reenter: true } },
        },
      },
    },
    resigning: {
      meta: { reason: () => 'giving the lease back' },
      invoke: {
        src: 'releaseLease',
        input: ({ context: { leaseName, identity } }) => ({ leaseName, identity }),
        onDone: 'resigned',
        onError: 'resigned',
      },
      // It expires by itself.
      after: { callDeadline: 'resigned' },
    },
    resigned: { type: 'final' },
    lost: { type: 'final' },
  },
});

function wordsOf({ obstacle }: LeadershipContext): string {
  return obstacle === '' ? '' : ` (${obstacle})`;
}
