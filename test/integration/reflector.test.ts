/** The reflector over real sockets, as long as nothing breaks. */
import { describe, expect, test } from 'vitest';
import { defaultTiming } from '../../src/cluster/kubernetes/reflector.ts';
import { onScriptedServer } from '../support/reflection-bench.ts';
import { bookmarkLine, eventLine, podList, rawPod, status } from '../support/scripted-api-server.ts';

const a1 = { name: 'a', resourceVersion: 11 };
const a2 = { name: 'a', resourceVersion: 12, phase: 'Running' };
const b1 = { name: 'b', resourceVersion: 13 };
const { backoffBaseMs, shortMs } = defaultTiming;

describe('list and watch', () => {
  test('reads all pages as one list and watches from its resourceVersion', () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      server.lists.push({ body: podList([a1], 20, 'next-page') }, { body: podList([b1], 20) });
      start();
      const watch = await server.nextWatch();
      expect(recorder.lists.map((pods) => pods.map(({ name }) => name))).toEqual([['a', 'b']]);
      expect(watch.resourceVersion).toBe('20');
      expect(watch.timeoutSeconds).toBeGreaterThanOrEqual(300);
      expect(watch.timeoutSeconds).toBeLessThanOrEqual(600);
      const [first, second, third] = server.requests.map(({ url }) => url.searchParams);
      expect(Object.fromEntries(first ?? [])).toEqual({
        labelSelector: 'managed-by=ottoscaler',
        limit: '500',
      });
      expect(second?.get('continue')).toBe('next-page');
      expect(third?.get('allowWatchBookmarks')).toBe('true');
    }));

  test('tells all events of one chunk in one call', () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      start();
      const watch = await server.nextWatch();
      watch.send(eventLine('ADDED', a1) + eventLine('MODIFIED', a2) + eventLine('ADDED', b1));
      await recorder.untilObserved('b');
      expect(recorder.calls).toHaveLength(1);
      expect(recorder.story).toEqual(['observed a Pending', 'observed a Running', 'observed b Pending']);
    }));

  test('reads events whose characters and lines are cut anywhere', () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      start();
      const watch = await server.nextWatch();
      const line = Buffer.from(eventLine('ADDED', { ...a1, uid: 'größe-🚀-uid' }));
      for (let index = 0; index < line.length; index += 1) await watch.flush(line.subarray(index, index + 1));
      await recorder.untilObserved('a');
      expect(recorder.current.get('a')?.uid).toBe('größe-🚀-uid');
    }));

  test('resumes at once, where it was, when a watch ends as agreed', () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const watch = await server.nextWatch();
      watch.send(eventLine('ADDED', a1) + bookmarkLine(40));
      await recorder.untilObserved('a');
      clock.advance(shortMs);
      watch.end();
      expect((await server.nextWatch()).resourceVersion).toBe('40');
      expect(server.count('list')).toBe(1);
      expect(recorder.healths).toEqual([{ healthy: true, reason: 'watching' }]);
    }));

  test('a duplicate event is no fact', { tags: ['F13'] }, () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      server.list = { body: podList([a1], 11) };
      start();
      const watch = await server.nextWatch();
      watch.send(eventLine('MODIFIED', a1) + eventLine('MODIFIED', a2) + eventLine('MODIFIED', a2));
      watch.send(eventLine('DELETED', b1) + eventLine('ADDED', b1));
      await recorder.untilObserved('b');
      expect(recorder.story).toEqual(['observed a Running', 'observed b Pending']);
    }),
  );

  test('never asks for events that are older than the last one', { tags: ['F14'] }, () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const watch = await server.nextWatch();
      watch.event('ADDED', { ...a2, phase: 'Succeeded', resourceVersion: 99 });
      await recorder.untilObserved('a');
      watch.reset();
      await clock.untilSleeping((sleeping) => sleeping.includes(backoffBaseMs));
      clock.advance(backoffBaseMs);
      expect((await server.nextWatch()).resourceVersion).toBe('99');
    }),
  );

  test('another UID under a name is a loss and then another Pod', { tags: ['F16'] }, () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      start();
      const watch = await server.nextWatch();
      watch.event('ADDED', { ...a1, uid: 'first' });
      watch.event('MODIFIED', { ...a2, uid: 'second' });
      watch.event('DELETED', { ...a1, uid: 'first' });
      watch.event('ADDED', b1);
      await recorder.untilObserved('b');
      expect(
        recorder.facts.map((fact) => (fact.type === 'pod.lost' ? `-${fact.uid}` : `+${fact.pod.uid}`)),
      ).toEqual(['+first', '-first', '+second', '+uid-b']);
    }),
  );

  test('a malformed Pod costs no other Pod anything', { tags: ['F33'] }, () =>
    onScriptedServer(async ({ server, recorder, start }) => {
      server.list = { body: { ...podList([], 5), items: [null, 7, { metadata: { name: 5 } }, rawPod(a1)] } };
      start();
      const watch = await server.nextWatch();
      watch.send('{"type":"MODIFIED","object":{"metadata":{"resourceVersion":"30"}}}\n');
      watch.send('{"type":"ADDED","object":null}\n{"type":"SOMETHING_NEW"}\nnull\n');
      watch.event('ADDED', b1);
      await recorder.untilObserved('b');
      expect([...recorder.current.keys()]).toEqual(['a', 'b']);
    }),
  );
});

describe('stopping and observers', () => {
  test('stops while a list gets no answer', () =>
    onScriptedServer(async ({ server, start, stop, recorder }) => {
      server.list = { instead: 'silence' };
      start();
      await server.untilRequested('list');
      await stop();
      expect(recorder.healths).toEqual([]);
    }));

  test('stops in a pause', () =>
    onScriptedServer(async ({ server, clock, start, stop }) => {
      server.list = { status: 500, body: status(500, 'InternalError') };
      start();
      await clock.untilSleeping((sleeping) => sleeping.length > 0);
      await stop();
      expect(clock.sleeping).toEqual([]);
    }));

  test('stops an open watch and its connection', () =>
    onScriptedServer(async ({ server, start, stop, clock }) => {
      start();
      const watch = await server.nextWatch();
      await Promise.all([stop(), watch.closed]);
      expect(clock.sleeping).toEqual([]);
    }));

  test('tells nothing more to an observer that stops it, not even what is at hand', () =>
    onScriptedServer(async ({ server, recorder, clock, start, stop }) => {
      const stopping = Promise.withResolvers<void>();
      start({
        listed: () => undefined,
        changed: (facts) => {
          recorder.changed(facts);
        },
        health: ({ healthy, reason }) => {
          recorder.health({ healthy, reason });
          if (reason === 'the watch brings data') stopping.resolve(stop());
        },
      });
      (await server.nextWatch()).end();
      await clock.untilSleeping((sleeping) => sleeping.length === 1);
      clock.advance(backoffBaseMs);
      (await server.nextWatch()).event('ADDED', a1);
      await stopping.promise;
      expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true, false, true]);
      expect(recorder.story).toEqual([]);
    }));

  test('an observer that throws or rejects is reported and told what comes next', () =>
    onScriptedServer(async ({ server, recorder, warnings, start }) => {
      start({
        listed: () => {
          throw new Error('cannot list');
        },
        // oxlint-disable-next-line typescript/no-misused-promises -- the mistake that must do no harm
        changed: async (facts) => {
          recorder.changed(facts);
          await Promise.reject(new Error('cannot change'));
        },
        health: (state) => {
          recorder.health(state);
          throw new Error('cannot be healthy');
        },
      });
      const watch = await server.nextWatch();
      watch.event('ADDED', a1);
      await recorder.untilObserved('a');
      watch.event('ADDED', b1);
      await recorder.untilObserved('b');
      expect([...new Set(warnings)].toSorted()).toEqual([
        'a Pod observer failed in changed: cannot change',
        'a Pod observer failed in health: cannot be healthy',
        'a Pod observer failed in listed: cannot list',
      ]);
    }));
});
