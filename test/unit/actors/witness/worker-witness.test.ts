import { describe, expect, it } from 'vitest';
import { LineOrigins } from '../../../../src/actors/witness/line-origins.ts';
import { WorkerWitness } from '../../../../src/actors/witness/worker-witness.ts';
import type { WitnessedWorker } from '../../../../src/actors/ports.ts';
import type { Followed } from '../../../../src/logs/follow/followed-lines.ts';
import type { FollowOutcome } from '../../../../src/logs/follow/container-follower.ts';
import { failure } from '../../../../src/machines/failure.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { exited, order, pod, running, slot, waiting } from '../../../support/orders.ts';
import { settled, VirtualClock } from '../../../support/log-lines.ts';

/** A witness and what it works with, which writes down what it hears. */
class Bench {
  readonly clock = new VirtualClock();
  readonly heard: string[] = [];
  readonly followed: Followed[] = [];
  readonly origins = new LineOrigins('default', ['PLAIN_NAME']);
  isKept = true;
  reading = Promise.resolve<FollowOutcome>('complete');
  readonly #order = order({
    template: { ...order().template, env: [['PLAIN_NAME', 'open sesame']] },
  });

  readonly witness = new WorkerWitness({
    follow: {
      started: (followed) => {
        this.followed.push(followed);
        this.#hear('log started');
      },
      ended: () => this.#hear('log ended'),
      gone: () => this.#hear('log gone'),
      finish: (_followed, withinMs) => {
        this.#hear(`log finished within ${withinMs} ms`);
        return this.reading;
      },
    },
    notices: {
      notify: async (_worker, status, reason) => this.#hear(`${status} ${reason}`.trim()),
      forget: () => this.#hear('life forgotten'),
    },
    keep: async () => {
      this.#hear('lines kept');
      return this.isKept;
    },
    origins: this.origins,
    clock: this.clock,
    wallMs: this.clock.now,
    finished: () => this.#hear('no more lines'),
  });

  readonly at = (state: Partial<ObservedPod> | undefined): WitnessedWorker => ({
    order: this.#order,
    slot: slot(),
    pod: state && pod(state),
  });

  #hear(what: string): void {
    this.heard.push(what);
  }
}

const succeeded = { kind: 'succeeded' } as const;
const failed = (reason: string) => ({ kind: 'failed', failure: failure('exit-code', reason, 1) }) as const;

describe('of a life', () => {
  it('each step is told once, however often it is reported', () => {
    const { witness, heard, at } = new Bench();
    for (const state of [waiting('ContainerCreating'), waiting('Pulling'), running(), running()])
      witness.saw(at(state));
    expect(heard.filter((what) => !what.startsWith('log'))).toEqual(['CREATED', 'RUNNING']);
  });

  it('what was never seen is told before the end', async () => {
    const { witness, heard, at } = new Bench();
    await witness.ending(at(exited(0)), succeeded);
    expect(heard.filter((what) => !what.startsWith('log'))).toEqual(['CREATED', 'RUNNING', 'COMPLETED']);
  });

  it('a worker whose Pod never was has an end only', async () => {
    const { witness, heard, at } = new Bench();
    await witness.ending(at(undefined), failed('it cannot be'));
    expect(heard).toEqual(['FAILED exit-code: it cannot be']);
  });

  it('an end that was asked for is a termination', async () => {
    const { witness, heard, at } = new Bench();
    await witness.ending(at(waiting('Pulling')), {
      kind: 'failed',
      failure: failure('deleted', 'scaled down'),
    });
    expect(heard).toEqual(['CREATED', 'TERMINATED deleted: scaled down']);
  });

  it('no reason tells a secret', async () => {
    const { witness, heard, at } = new Bench();
    await witness.ending(at(undefined), failed('said open sesame'));
    expect(heard).toEqual(['FAILED exit-code: said ‹PLAIN_NAME›']);
  });
});

describe('a log', () => {
  it('is followed from the start of its container', () => {
    const { witness, followed, at } = new Bench();
    witness.saw(at(waiting('ContainerCreating')));
    expect(followed).toEqual([]);
    witness.saw(at(running()));
    expect(followed).toMatchObject([
      { container: 'worker', origin: { workerId: 'otto-a-0', taskId: 'task-a', nodeName: 'node-1' } },
    ]);
  });

  it('is known to have ended with its Pod', () => {
    const { witness, heard, at } = new Bench();
    witness.saw(at(exited(1)));
    expect(heard.filter((what) => what.startsWith('log'))).toEqual(['log started', 'log ended']);
  });

  it('of a Pod that went while its worker is not over is given up at once, and once', async () => {
    const { witness, heard, at } = new Bench();
    witness.saw({ ...at(running()), isGone: true });
    await witness.ending(at(running()), failed('the Pod vanished'));
    witness.gone(at(running()));
    const told = heard.filter((what) => what.startsWith('log'));
    expect(told.slice(0, 2)).toEqual(['log started', 'log gone']);
    expect(told.filter((what) => what === 'log started')).toHaveLength(1);
  });

  it('of an ended Pod is read to its end and kept before the Pod may go', async () => {
    const { witness, heard, at } = new Bench();
    await witness.drain(at(exited(0)), 10_000);
    expect(heard).toEqual(['log finished within 8000 ms', 'lines kept']);
  });

  it('of a Pod that still runs holds nothing up: it is followed until the Pod is gone', async () => {
    const { witness, heard, followed, at } = new Bench();
    await witness.drain(at(running()), 10_000);
    expect(heard).toEqual(['log started']);
    expect(followed.map(({ origin }) => origin.podUid)).toEqual([at(running()).pod?.uid]);
  });

  it('that cannot be kept is tried again, within the time', async () => {
    const b = new Bench();
    b.isKept = false;
    let isDone = false;
    const draining = b.witness.drain(b.at(exited(0)), 10_000).then(() => (isDone = true));
    await b.clock.advance(9_000);
    expect(isDone).toBe(false);
    await b.clock.advance(1_000);
    await draining;
    expect(b.heard.filter((what) => what === 'lines kept').length).toBeGreaterThan(10);
  });

  it('that is kept at the second try is not waited for any longer', async () => {
    const b = new Bench();
    b.isKept = false;
    const draining = b.witness.drain(b.at(exited(0)), 10_000);
    await settled();
    b.isKept = true;
    await b.clock.advance(250);
    await draining;
    expect(b.heard.filter((what) => what === 'lines kept')).toHaveLength(2);
  });

  it('is over when its Pod is gone', () => {
    const { witness, heard, at } = new Bench();
    witness.saw(at(running()));
    heard.length = 0;
    witness.gone(at(running()));
    expect(heard).toEqual(['log started', 'life forgotten', 'log gone', 'no more lines']);
  });

  it('of a Pod that began only on its way out is at least told to be unread', () => {
    const { witness, heard, at } = new Bench();
    witness.saw(at(waiting('ContainerCreating')));
    heard.length = 0;
    witness.gone(at(running()));
    expect(heard).toEqual(['log started', 'life forgotten', 'log gone', 'no more lines']);
  });

  it('has one origin for all of its lines', () => {
    const { witness, followed, at } = new Bench();
    witness.saw(at(running()));
    witness.saw(at(exited(0)));
    expect(followed[1]?.origin).toBe(followed[0]?.origin);
  });
});
