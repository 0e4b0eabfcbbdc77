/** The region of the pipeline's chart that keeps its journal. */
import { assign } from 'xstate';
import { isOutrun } from './context.ts';
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
        onDone: [
          {
            guard: ({ context, event }) => isOutrun(context.entry?.drafts ?? [], event.output),
            target: '#pipeline.opening',
            actions: [
              { type: 'alarm', params: { reason: 'its ledger has gone on without it; it is read again' } },
              'abandonStages',
              'forgetRun',
            ],
          },
          {
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
        ],
        onError: { actions: failedEffect },
      },
      after: { recordDeadline: { target: 'writing', reenter: true, actions: unrecorded } },
    },
  },
});
