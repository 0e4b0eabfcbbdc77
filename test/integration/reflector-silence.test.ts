/** The reflector when its watch says nothing. */
import { describe, expect, test } from 'vitest';
import { defaultTiming } from '../../src/cluster/kubernetes/reflector.ts';
import { onScriptedServer } from '../support/reflection-bench.ts';
import { bookmarkLine, eventLine } from '../support/scripted-api-server.ts';

const a1 = { name: 'a', resourceVersion: 11 };
const { idleMs, checkMs, graceMs } = defaultTiming;

describe('a silent watch', () => {
  test('half-open, is replaced within a minute of the change it missed', { tags: ['F11'] }, () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const halfOpen = await server.nextWatch();
      server.check = { body: eventLine('ADDED', a1) };
      await clock.untilSleeping((sleeping) => sleeping.includes(idleMs));
      clock.advance(idleMs);
      await clock.untilSleeping((sleeping) => sleeping.includes(graceMs));
      clock.advance(graceMs);
      await halfOpen.closed;
      const next = await server.nextWatch();
      expect(next.resourceVersion).toBe(halfOpen.resourceVersion);
      next.event('ADDED', a1);
      await recorder.untilObserved('a');
      expect(idleMs + graceMs + checkMs).toBeLessThan(60_000);
      expect(server.count('list')).toBe(1);
    }),
  );

  test('is left alone when what the check saw was only on its way', () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const late = await server.nextWatch();
      server.check = { body: eventLine('ADDED', a1) };
      await clock.untilSleeping((sleeping) => sleeping.includes(idleMs));
      clock.advance(idleMs);
      await clock.untilSleeping((sleeping) => sleeping.includes(graceMs));
      clock.advance(1);
      late.event('ADDED', a1);
      await recorder.untilObserved('a');
      clock.advance(graceMs);
      await clock.untilSleeping((sleeping) => !sleeping.includes(graceMs));
      late.event('DELETED', { ...a1, resourceVersion: 12 });
      await recorder.untilLost('uid-a');
      expect(server.count('watch')).toBe(1);
      expect(recorder.story).toEqual(['observed a Pending', 'lost a']);
    }));

  test('is left alone as long as nothing was missed', () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const quiet = await server.nextWatch();
      server.check = { body: bookmarkLine(77) };
      for (let round = 1; round <= 5; round += 1) {
        await clock.untilSleeping((sleeping) => sleeping.includes(idleMs));
        clock.advance(idleMs);
        await clock.untilSleeping((sleeping) => sleeping.includes(checkMs));
        await clock.untilSleeping((sleeping) => !sleeping.includes(checkMs));
        expect(server.count('check')).toBe(round);
      }
      quiet.event('ADDED', a1);
      await recorder.untilObserved('a');
      expect([server.count('list'), server.count('watch')]).toEqual([1, 1]);
      expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true]);
    }));

  test('is kept, and health degrades, while the server does not answer', { tags: ['F8', 'F11'] }, () =>
    onScriptedServer(async ({ server, recorder, clock, start }) => {
      start();
      const watch = await server.nextWatch();
      server.check = { instead: 'silence' };
      await clock.untilSleeping((sleeping) => sleeping.includes(idleMs));
      clock.advance(idleMs);
      await clock.untilSleeping((sleeping) => sleeping.includes(checkMs));
      clock.advance(checkMs);
      await recorder.until('ill health', ({ healths }) => healths.some(({ healthy }) => !healthy));
      expect(recorder.healths.at(-1)?.reason).toContain('no answer');
      watch.event('ADDED', a1);
      await recorder.untilObserved('a');
      expect(recorder.healths.at(-1)?.healthy).toBe(true);
      expect(server.count('watch')).toBe(1);
    }),
  );
});
