/** A running mean is the mean of its samples. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { addSample, meanOf, type UsageMean } from '../../../../src/machines/pipeline/usage.ts';

const figure = fc.double({ min: 0, max: 1e6, noNaN: true });
const samples = fc.array(fc.record({ cpuCores: figure, memoryBytes: figure }), {
  minLength: 1,
  maxLength: 50,
});

const plainMean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test.prop([samples])('as if all samples had been kept', (all) => {
  const mean = all.reduce<UsageMean | undefined>(addSample, undefined);
  const told = meanOf(mean);
  expect(mean?.count).toBe(all.length);
  expect(told?.cpuCores).toBeCloseTo(plainMean(all.map(({ cpuCores }) => cpuCores)), 6);
  expect(told?.memoryMb).toBeCloseTo(plainMean(all.map(({ memoryBytes }) => memoryBytes)) / 1e6, 6);
});

test('memory is told in millions of bytes, CPU in cores', () => {
  const first = addSample(undefined, { cpuCores: 0.5, memoryBytes: 30_000_000 });
  expect(meanOf(addSample(first, { cpuCores: 1, memoryBytes: 10_000_000 }))).toEqual({
    cpuCores: 0.75,
    memoryMb: 20,
  });
});

test('nothing was measured: there is no mean', () => {
  expect(meanOf(undefined)).toBeUndefined();
});
