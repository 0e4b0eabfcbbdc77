/** The reflector when its list or its watch breaks. */
import { describe, expect, test } from 'vitest';
import { defaultTiming } from '../../src/cluster/kubernetes/reflector.ts';
import { onScriptedServer } from '../support/reflection-bench.ts';
import { errorLine, eventLine, podList, status } from '../support/scripted-api-server.ts';

const a1 = { name: 'a', resourceVersion: 11 };
const a2 = { name: 'a', resourceVersion: 12, phase: 'Running' };
const b1 = { name: 'b', resourceVersion: 13 };
const { backoffBaseMs, shortMs } = defaultTiming;

describe('a broken watch', () => {
  test('a reset in the middle of a line loses nothing and tells nothing twice', () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const watch = await server.nextWatch();
      await watch.flush(eventLine('ADDED', a1) + eventLine('MODIFIED', a2).slice(0, 40));
      await recorder.untilObserved('a');
      watch.reset();
      await clock.untilSleeping((sleeping) => sleeping.includes(backoffBaseMs));
      clock.advance(backoffBaseMs);
      const next = await server.nextWatch();
      expect(next.resourceVersion).toBe('11');
      next.event('MODIFIED', a2);
      await recorder.untilObserved('a', ({ phase }) => phase === 'Running');
      expect(recorder.story).toEqual(['observed a Pending', 'observed a Running']);
      expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true, false, true]);
    }));

  test('what came before a line that is not JSON is told', () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      start();
      const watch = await server.nextWatch();
      watch.send(`${eventLine('ADDED', a1)}{"type":"ADDED"\n${eventLine('ADDED', b1)}`);
      await recorder.until('ill health', ({ healths }) => healths.some(({ healthy }) => !healthy));
      expect(recorder.story).toEqual(['observed a Pending']);
      expect(recorder.healths.at(-1)?.reason).toContain('not JSON');
    }));

  test('a line without end is an error and not memory', { tags: ['I11'] }, () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      start();
      const watch = await server.nextWatch();
      for (let mebibytes = 0; mebibytes < 9; mebibytes += 1) watch.send(Buffer.alloc(1 << 20, 'x'));
      await recorder.until('ill health', ({ healths }) => healths.some(({ healthy }) => !healthy));
      expect(recorder.healths.at(-1)?.reason).toContain('longer than');
    }),
  );

  for (const kind of ['HTTP status', 'ERROR event']) {
    test(`410 as ${kind} lists again and tells the difference by UID`, { tags: ['F5', 'F15', 'F16'] }, () =>
      onScriptedServer(async ({ server, recorder, clock, start, watching }) => {
        const kept = { name: 'kept', resourceVersion: 1 };
        const gone = { name: 'gone', resourceVersion: 2 };
        server.list = { body: podList([kept, gone, { ...a1, uid: 'first' }], 20) };
        start();
        const watch = await watching();
        server.list = { body: podList([kept, { ...a2, uid: 'second' }, b1], 50) };
        clock.advance(shortMs);
        if (kind === 'HTTP status') {
          server.watches.push({ status: 410, body: status(410, 'Expired') });
          watch.end();
        } else {
          watch.end(errorLine(410, 'Expired'));
        }
        expect((await server.nextWatch()).resourceVersion).toBe('50');
        expect(recorder.lists).toHaveLength(1);
        expect(recorder.calls).toHaveLength(1);
        expect(recorder.story).toEqual(['lost gone', 'lost a', 'observed a Running', 'observed b Pending']);
      }),
    );
  }

  test(
    'a watch that closes at once is tried once a second at most, and ever more seldom',
    { tags: ['F12'] },
    () =>
      onScriptedServer(async ({ server, recorder, clock, start }) => {
        start();
        const pauses: number[] = [];
        for (let round = 0; round < 7; round += 1) {
          (await server.nextWatch()).end();
          const [pauseMs = 0] = await clock.untilSleeping((sleeping) => sleeping.length === 1);
          pauses.push(pauseMs);
          clock.advance(pauseMs);
        }
        expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        expect(server.count('list')).toBe(1);
        expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true, false]);
      }),
  );

  test('an open connection alone does not reset the pause, data does', { tags: ['F12'] }, () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      for (const pauseMs of [1000, 2000]) {
        (await server.nextWatch()).end();
        await clock.untilSleeping(([only, ...more]) => only === pauseMs && more.length === 0);
        clock.advance(pauseMs);
      }
      const watch = await server.nextWatch();
      watch.event('ADDED', a1);
      await recorder.untilObserved('a');
      watch.end();
      await clock.untilSleeping(([only, ...more]) => only === 1000 && more.length === 0);
      expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true, false, true, false]);
    }),
  );
});

describe('a broken list', () => {
  test('an expired continue token starts the list again', { tags: ['F6'] }, () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      server.lists.push({ body: podList([a1], 20, 'old') }, { status: 410, body: status(410, 'Expired') });
      server.list = { body: podList([b1], 30) };
      start();
      await clock.untilSleeping((sleeping) => sleeping.includes(backoffBaseMs));
      expect(recorder.lists).toEqual([]);
      clock.advance(backoffBaseMs);
      expect((await server.nextWatch()).resourceVersion).toBe('30');
      expect(recorder.lists.map((pods) => pods.map(({ name }) => name))).toEqual([['b']]);
    }),
  );

  test('waits as long as 429 asks for', { tags: ['F7'] }, () =>
    onScriptedServer(async ({ server, clock, start }) => {
      server.lists.push({
        status: 429,
        headers: { 'retry-after': '7' },
        body: status(429, 'TooManyRequests'),
      });
      start();
      expect(await clock.untilSleeping((sleeping) => sleeping.length > 0)).toEqual([7000]);
      clock.advance(6999);
      expect(server.count('list')).toBe(1);
      clock.advance(1);
      await server.nextWatch();
    }),
  );

  for (const code of [500, 503]) {
    test(`${code} degrades health and invents nothing`, { tags: ['F8'] }, () =>
      onScriptedServer(async ({ server, recorder, clock, start, watching }) => {
        server.list = { body: podList([a1], 20) };
        start();
        const watch = await watching();
        clock.advance(shortMs);
        server.lists.push({ status: code, body: status(code, 'InternalError', 'etcd has no leader') });
        watch.end(errorLine(410, 'Expired'));
        await recorder.until('ill health', ({ healths }) => healths.length > 1);
        await clock.untilSleeping((sleeping) => sleeping.length === 1);
        expect(recorder.story).toEqual([]);
        clock.advance(backoffBaseMs);
        await server.nextWatch();
        expect(recorder.story).toEqual([]);
      }),
    );
  }

  test('an answer that is no list is not an empty list', () =>
    onScriptedServer(async ({ server, recorder, clock, start, watching }) => {
      server.list = { body: podList([a1], 20) };
      start();
      const watch = await watching();
      clock.advance(shortMs);
      server.lists.push(
        { body: { kind: 'PodList', metadata: { resourceVersion: '9' } } },
        { body: '<html>' },
        { body: { ...podList([], 9), items: '' } },
      );
      watch.end(errorLine(410, 'Expired'));
      for (const pauseMs of [1000, 2000, 4000]) {
        await clock.untilSleeping(([only, ...more]) => only === pauseMs && more.length === 0);
        clock.advance(pauseMs);
      }
      await server.nextWatch();
      expect(recorder.story).toEqual([]);
    }));
});
