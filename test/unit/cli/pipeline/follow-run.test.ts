/** A run's events, each once and in order, whatever happens to the connection. */
import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followRun, wasNeverReached, type FollowOptions } from '../../../../src/cli/pipeline/follow-run.ts';
import { toClientError } from '../../../../src/rpc/client-error.ts';
import { OttoscalerClientError } from '../../../../src/rpc/client.ts';
import type { PipelineProgress__Output } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { progress } from './progress.ts';

const patience = { lostMs: 60, pauseMinMs: 1, pauseMaxMs: 4, heldMs: 1_000 };
const away = new OttoscalerClientError(
  'UNAVAILABLE',
  'Ottoscaler at x cannot take the call now: it restarts',
);
const unreached = toClientError(
  Object.assign(new Error('x'), {
    code: grpcStatus.UNAVAILABLE,
    details: 'No connection established',
  }) as ServiceError,
  'x:1',
  1,
);

/** Events 1–5; the last ends the run. */
const run = [1, 2, 3, 4].map((n) => progress(n, 'a', 'running')).concat(progress(5, '', 'completed'));

type Stream = (after: number) => AsyncIterable<PipelineProgress__Output>;

const all: Stream = (after) => stream(run.slice(after));
const failing: Stream = () => stream([], away);

async function* stream(events: readonly PipelineProgress__Output[], error?: Error) {
  // oxlint-disable-next-line no-await-in-loop -- as messages come
  for (const event of events) yield await Promise.resolve(event);
  if (error) throw error;
}

/** Follows through these streams, one after the other; the last one for ever. Numbers are events that were shown. */
async function follow(streams: readonly Stream[], overrides: Partial<FollowOptions> = {}) {
  const opened: number[] = [];
  const open = (after: number) => {
    const next = streams[Math.min(opened.length, streams.length - 1)] ?? all;
    opened.push(after);
    return next(after);
  };
  const client: FollowOptions['client'] = {
    watchPipeline: ({ after_sequence = 0 }) => open(Number(after_sequence)),
    getPipeline: () => Promise.resolve({ summary: null, stages: [], request: null }),
  };
  const seen: (number | string)[] = [];
  const { signal } = new AbortController();
  const options = { client, pipelineId: 'p', start: () => open(0), signal, patience, ...overrides };
  const ended = (async () => {
    for await (const followed of followRun(options))
      seen.push(followed.kind === 'event' ? followed.event.sequence : followed.kind);
  })();
  const error = await ended.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { seen, opened, error };
}

test('a stream that holds is shown as it is, and its end is the end', async () => {
  expect(await follow([() => stream([...run, progress(6, 'a', 'running')])])).toEqual({
    seen: [1, 2, 3, 4, 5],
    opened: [0],
    error: undefined,
  });
});

describe('a stream is taken up again behind the last event', () => {
  test.each<[string, Stream]>([
    ['that breaks', () => stream(run.slice(0, 2), away)],
    ['that ends early', () => stream(run.slice(0, 2))],
    ['that leaves an event out', () => stream(run.filter(({ sequence }) => sequence !== 3))],
  ])('%s', async (_, broken) => {
    expect(await follow([broken, all])).toEqual({
      seen: [1, 2, 'lost', 'attached', 3, 4, 5],
      opened: [0, 2],
      error: undefined,
    });
  });

  test('what comes a second time is not shown again', async () => {
    const { seen } = await follow([() => stream(run.slice(0, 3), away), () => all(0)]);
    expect(seen).toEqual([1, 2, 3, 'lost', 'attached', 4, 5]);
  });

  test('a loss is told once, however many attempts it takes', async () => {
    const { seen } = await follow([() => stream(run.slice(0, 1), away), failing, failing, all]);
    expect(seen.filter((entry) => entry === 'lost')).toHaveLength(1);
    expect(seen.filter((entry) => typeof entry === 'number')).toEqual([1, 2, 3, 4, 5]);
  });

  test('before the first event the run is started again, which changes nothing', async () => {
    expect(await follow([failing, all])).toMatchObject({ seen: ['lost', 1, 2, 3, 4, 5], opened: [0, 0] });
  });

  test('wherever it breaks and whatever is repeated, each event is shown once and in order', async () => {
    const cuts = fc.array(fc.record({ from: fc.nat(5), count: fc.nat(3) }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (pieces) => {
        const broken = pieces.map(({ from, count }): Stream => (after) => {
          const start = Math.max(0, after - from);
          return stream(run.slice(start, start + count), away);
        });
        const { seen, error } = await follow([...broken, all], {
          patience: { ...patience, lostMs: 10_000 },
        });
        expect(error).toBeUndefined();
        expect(seen.filter((entry) => typeof entry === 'number')).toEqual([1, 2, 3, 4, 5]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('it is given up', () => {
  test('where the connection does not come back in time; the run goes on', async () => {
    const { seen, error } = await follow([() => stream(run.slice(0, 2), away), failing]);
    expect(seen.slice(0, 3)).toEqual([1, 2, 'lost']);
    expect(error).toMatchObject({
      name: 'ConnectionLostError',
      message: expect.stringMatching(
        /^the connection was lost and did not come back within 0\.06 s \(.*\); the run goes on$/,
      ),
    });
  });

  test('where a server answers but never gets further', async () => {
    const { error } = await follow([() => stream(run.slice(0, 2)), () => stream([])]);
    expect(error).toMatchObject({ name: 'ConnectionLostError' });
  });

  test('at once where nobody was ever reached', async () => {
    expect(await follow([() => stream([], unreached)])).toEqual({ seen: [], opened: [0], error: unreached });
  });

  test('at once where the server refuses', async () => {
    const refused = new OttoscalerClientError('ALREADY_EXISTS', 'pipeline_id "p" was accepted before');
    expect(await follow([() => stream([], refused)])).toMatchObject({ opened: [0], error: refused });
    const unknown = new OttoscalerClientError('NOT_FOUND', 'no such run');
    expect(await follow([() => stream(run.slice(0, 1), unknown)])).toMatchObject({
      opened: [0],
      error: unknown,
    });
  });

  test('where it is told to stop, also while it rests', async () => {
    const stop = new AbortController();
    const ended = follow([() => stream(run.slice(0, 1), away)], {
      signal: stop.signal,
      patience: { ...patience, lostMs: 60_000, pauseMinMs: 60_000, pauseMaxMs: 60_000 },
    });
    setTimeout(() => stop.abort(), 20);
    expect(await ended).toMatchObject({ seen: [1, 'lost'], error: { name: 'AbortError' } });
  });
});

test('that nobody was ever reached is told by the sentence of the client', () => {
  expect(wasNeverReached(unreached)).toBe(true);
  expect(wasNeverReached(away)).toBe(false);
});
