/** Pods that are listed and watched before anybody asks for them, over real sockets. */
import { describe, expect, test } from 'vitest';
import { defaultTiming } from '../../src/cluster/kubernetes/reflector.ts';
import { PodRecorder } from '../support/pod-recorder.ts';
import { onScriptedServer, type ReflectionBench } from '../support/reflection-bench.ts';
import { podList } from '../support/scripted-api-server.ts';

const a1 = { name: 'a', resourceVersion: 11 };
const b1 = { name: 'b', resourceVersion: 12 };

const ahead = (run: (bench: ReflectionBench) => Promise<void>) =>
  onScriptedServer(run, { reflectAhead: true });

const namesOf = ({ lists }: PodRecorder) => lists.map((pods) => pods.map(({ name }) => name));

describe('a reflection that began before it was asked for', () => {
  test('tells who asks before the list is there as soon as it is', () =>
    ahead(async ({ server, recorder, start, watching }) => {
      server.lists.push({ body: podList([a1], 20) });
      start();
      await watching();
      expect(namesOf(recorder)).toEqual([['a']]);
      expect(recorder.facts).toEqual([]);
    }));

  test('is left where its watch is broken: who asks is told a list of its own', () =>
    ahead(async ({ server, recorder, clock, start }) => {
      server.lists.push({ body: podList([a1], 20) });
      const watch = await server.nextWatch();
      watch.reset();
      await clock.untilSleeping((sleeping) => sleeping.includes(defaultTiming.backoffBaseMs));
      server.lists.push({ body: podList([b1], 30) });
      start();
      await server.nextWatch();
      await recorder.until('list', ({ lists }) => lists.length > 0);
      expect(namesOf(recorder)).toEqual([['b']]);
    }));

  test('belongs to the first who asks; a second one gets its own', () =>
    ahead(async ({ server, recorder, start }) => {
      server.list = { body: podList([a1], 20) };
      await server.nextWatch();
      const second = new PodRecorder();
      start();
      start(second);
      await recorder.until('list', ({ lists }) => lists.length > 0);
      await second.until('list', ({ lists }) => lists.length > 0);
      expect([namesOf(recorder), namesOf(second)]).toEqual([[['a']], [['a']]]);
      expect(server.count('list')).toBe(2);
    }));

  test('tells nothing more once it is stopped, and closes its watch', () =>
    ahead(async ({ server, recorder, start, stop }) => {
      const watch = await server.nextWatch();
      start();
      await recorder.until('list', ({ lists }) => lists.length > 0);
      await stop();
      await watch.closed;
      expect(recorder.facts).toEqual([]);
    }));

  test('that nobody asked for ends with the connection', () =>
    ahead(async ({ server, cluster }) => {
      const watch = await server.nextWatch();
      await cluster.close();
      await expect(watch.closed).resolves.toBeUndefined();
    }));
});
