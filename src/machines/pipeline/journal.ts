/** The region of the pipeline's chart that keeps its journal. */
import { assign } from 'xstate';
import { failedEffect, pipelineSetup, unrecorded } from './setup.ts';

/** Everything drafted is written, one entry at a time, and shown once it is durable. */
export const journal = pipelineSetup.createStateConfig({
  initial: 'idle',
  meta: { reason: () => 'keeping its journal' },
  states: {
    idle: {
      tags: ['idle'],
      meta: { reason: () => 'nothing to write' },
      always: { guard: 'hasUnwritten', target: 'writing' },
    },
    writing: {
      meta: { reason: () => 'writing what happened to the ledger' },
      entry: 'gather',
      invoke: {
        src: 'writeJournal',
        input: ({ context: { entry } }) => {
          if (!entry) throw new Error('there is nothing to write');
          return entry;
        },
        onDone: {
          target: 'idle',
          actions: [
            { type: 'publish', params: ({ event }) => ({ events: event.output }) },
            ({ context, self }) => {
              if (context.entry?.cancel) self.send({ type: 'cancel.recorded' });
            },
            assign(({ context: { entry, cancelled } }) => ({
              entry: undefined,
              cancelled: entry?.cancel ?? cancelled,
            })),
          ],
        },
        onError: { actions: failedEffect },
      },
      after: { recordDeadline: { target: 'writing', reenter: true, actions: unrecorded } },
    },
  },
});
