/**
 * The recorded histories take the path that they took: each effect begins when it did, each timer is set as it
 * was, every actor is in the same state at every line. A change that is meant to take another path records
 * them anew.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attemptName } from '../../src/actors/ledger/pipeline-order.ts';
import { divergenceLines } from '../../src/programs/replay-report.ts';
import { readRecording } from '../../src/recording/read-recording.ts';
import { relive } from '../../src/recording/relive.ts';
import { histories } from '../simulation/lives/histories.ts';
import { quietXstate } from '../support/quiet-xstate.ts';

const folder = 'test/recordings';
const howTo = 'If this change is meant: npm run recordings, and say in the commit what now goes another way.';

/** What makes each history worth keeping: states that it passes through. */
const passes: Readonly<Record<string, readonly string[]>> = {
  'scale-up-with-refused-creates': ['pending.admitted.backingOff', 'pending.queued', 'closing'],
  'scale-up-that-is-refused': ['discarding.waiting', 'failed.recording'],
  'scale-down': ['terminating', 'cleanup.confirming'],
  'pipeline-with-retried-stages': ['retrying.quiet', 'succeeded', 'failed', 'closed'],
  'pipeline-that-is-cancelled': ['cancelling', 'cancelled', 'skipped'],
  'restart-in-the-middle': ['working.created', 'pending.blocked', 'closed'],
  'watch-that-loses-facts': ['recovering', 'succeeded.recording', 'cleanup.confirming'],
};

quietXstate();

test('each history has its file, and each file its history', () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.jsonl$/, ''));
  expect(names.toSorted()).toEqual(Object.keys(histories).toSorted());
  expect(Object.keys(passes).toSorted()).toEqual(names.toSorted());
});

describe('takes the path that it took', { tags: ['G4'] }, () => {
  test.each(Object.keys(histories))('%s', async (name) => {
    const path = `${folder}/${name}.jsonl`;
    const seen = new Set<string>();
    const relived = await relive(readRecording(path), {
      nameOf: attemptName,
      onTransition: ({ from, to }) => void seen.add(from).add(to),
    });
    const other = relived?.diverged ? [path, ...divergenceLines(relived.diverged), howTo].join('\n') : '';
    expect(other, other).toBe('');
    expect(relived?.lives).toBe(name.startsWith('restart') ? 2 : 1);
    expect([...seen]).toEqual(expect.arrayContaining([...(passes[name] ?? [])]));
  });
});
