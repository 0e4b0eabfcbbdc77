import { expect, test } from 'vitest';
import { CreatesUnderWay } from '../../../../src/actors/pod/creates-under-way.ts';

async function order(creates: CreatesUnderWay, podName: string, happened: string[]): Promise<void> {
  await creates.settled(podName);
  happened.push(`nothing under way of ${podName}`);
}

test('whoever waits for a name hears once all creates of it are answered, however they end', async () => {
  const creates = new CreatesUnderWay();
  const [first, again] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const answers = [creates.during('otto-a-0', first.promise), creates.during('otto-a-0', again.promise)];
  const happened: string[] = [];
  const waits = order(creates, 'otto-a-0', happened);
  await order(creates, 'otto-a-1', happened);
  expect(happened).toEqual(['nothing under way of otto-a-1']);
  first.resolve('made');
  expect(await answers[0]).toBe('made');
  again.reject(new Error('timed out'));
  await expect(answers[1]).rejects.toThrow('timed out');
  await waits;
  expect(happened).toEqual(['nothing under way of otto-a-1', 'nothing under way of otto-a-0']);
});
