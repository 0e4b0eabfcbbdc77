/** What a drain waits for. */
import { expect, test } from 'vitest';
import { InFlight } from '../../../src/actors/in-flight.ts';

test('is idle at once where nothing is under way', async () => {
  await expect(new InFlight().idle()).resolves.toBeUndefined();
});

test('waits for every effect, also for those that reject, and for those that begin meanwhile', async () => {
  const inFlight = new InFlight();
  const [first, second, third] = [0, 1, 2].map(() => Promise.withResolvers<string>());
  if (!first || !second || !third) throw new Error('three were made');
  const results = [first, second].map(({ promise }) => inFlight.run(() => promise));
  let isIdle = false;
  const idle = inFlight.idle().then(() => (isIdle = true));
  expect(inFlight.count).toBe(2);
  first.resolve('done');
  await expect(results[0]).resolves.toBe('done');
  results.push(inFlight.run(() => third.promise));
  second.reject(new Error('broken'));
  await expect(results[1]).rejects.toThrow('broken');
  expect([isIdle, inFlight.count]).toEqual([false, 1]);
  third.resolve('done');
  await idle;
  expect(inFlight.count).toBe(0);
});

test('counts an effect that throws before it begins', async () => {
  const inFlight = new InFlight();
  const broken = () => {
    throw new Error('broken');
  };
  await expect(inFlight.run(broken)).rejects.toThrow('broken');
  expect(inFlight.count).toBe(0);
});
