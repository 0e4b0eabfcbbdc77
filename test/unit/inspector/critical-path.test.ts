import { expect, test } from 'vitest';
import { criticalPath } from '../../../src/inspector/critical-path.ts';

const stage = (stageId: string, dependsOn: readonly string[], startedMs?: number, endedMs?: number) => ({
  stageId,
  dependsOn,
  ...(startedMs === undefined ? {} : { startedMs }),
  ...(endedMs === undefined ? {} : { endedMs }),
});

test('it goes back from the last end along whichever dependency ended last', () => {
  const stages = [
    stage('fetch', [], 0, 10),
    stage('lint', ['fetch'], 10, 15),
    stage('build', ['fetch'], 10, 40),
    stage('deploy', ['lint', 'build'], 40, 50),
  ];
  expect(criticalPath(stages)).toEqual(['fetch', 'build', 'deploy']);
});

test('what still runs ends after all that has ended, also in the millisecond that it began in', () => {
  expect(criticalPath([stage('slow', [], 0), stage('quick', [], 0, 99)])).toEqual(['slow']);
  expect(criticalPath([stage('build', [], 0, 10), stage('check', ['build'], 10)])).toEqual([
    'build',
    'check',
  ]);
});

test('what has not begun is not on it', () => {
  expect(criticalPath([stage('a', [])])).toEqual([]);
  expect(criticalPath([stage('a', [], 0, 5), stage('b', ['a'])])).toEqual(['a']);
});
