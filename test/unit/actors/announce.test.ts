import { createActor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { announce } from '../../../src/actors/announce.ts';
import type { WitnessedWorker } from '../../../src/actors/ports.ts';
import { Redactions } from '../../../src/logs/redact/redactions.ts';
import { failure } from '../../../src/machines/failure.ts';
import { emptyRegistry } from '../../../src/machines/pool/registry.ts';
import type { WorkerReport } from '../../../src/machines/worker/events.ts';
import { workerMachine } from '../../../src/machines/worker/worker.machine.ts';
import { quietLog } from '../../support/log-lines.ts';
import { order, pod, running, slot } from '../../support/orders.ts';

/** A registry of one worker that was given a secret, and what is said of it. */
function bench() {
  const said: object[] = [];
  const seen: Array<[what: string, worker: WitnessedWorker]> = [];
  const registry = emptyRegistry();
  const template = { ...order().template, env: [['API_TOKEN', 'open sesame']] as const };
  const input = { order: order({ template }), slot: slot(), resume: { pod: pod(running()) } };
  registry.workers.set(slot().podName, createActor(workerMachine, { input }));
  const deps = {
    log: { ...quietLog, info: (fields: object, message: string) => void said.push({ ...fields, message }) },
    witness: {
      saw: (worker: WitnessedWorker) => void seen.push(['saw', worker]),
      gone: (worker: WitnessedWorker) => void seen.push(['gone', worker]),
      ending: async () => {},
      drain: async () => {},
    },
    secrets: new Redactions([]),
  };
  return { said, seen, tell: (report: WorkerReport) => announce(deps, registry, report) };
}

const id = slot().podName;

describe('what is said of a worker', () => {
  it('tells no secret that it was given', () => {
    const { said, tell } = bench();
    const outcome = { kind: 'failed', failure: failure('start-error', 'cannot run open sesame') } as const;
    tell({ type: 'worker.ended', id, outcome, refusal: undefined });
    expect(said).toEqual([
      { podName: id, reason: 'start-error: cannot run ‹API_TOKEN›', message: 'worker failed' },
    ]);
  });

  it('reaches the witness with the Pod as it was last seen', () => {
    const { seen, tell } = bench();
    tell({ type: 'worker.running', id });
    expect(seen).toMatchObject([['saw', { slot: slot(), pod: { uid: pod().uid, phase: 'Running' } }]]);
  });

  it('says that it is gone once its absence is confirmed', () => {
    const { seen, tell } = bench();
    const ended = {
      outcome: { kind: 'succeeded' },
      createdAt: '',
      startedAt: '',
      endedAt: '',
      nodeName: '',
    } as const;
    tell({ type: 'worker.finished', id, ended });
    expect(seen.map(([what]) => what)).toEqual(['gone']);
  });
});
