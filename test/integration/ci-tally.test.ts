import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What `.ci/run` makes of vitest's reports: what is tried once more, and what is counted in the end. */

let reports: string;

beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'ci-tally-'));
});

afterEach(() => {
  rmSync(reports, { recursive: true });
});

type Outcome = 'passed' | 'failed';

function report(name: string, files: Readonly<Record<string, readonly Outcome[]>>): string {
  const testResults = Object.entries(files).map(([file, outcomes]) => ({
    name: resolve(file),
    status: outcomes.length > 0 && outcomes.every((outcome) => outcome === 'passed') ? 'passed' : 'failed',
    message: outcomes.length > 0 ? '' : 'a hook timed out',
    assertionResults: outcomes.map((status, at) => ({
      status,
      fullName: `test ${at}`,
      failureMessages: status === 'failed' ? ['AssertionError: expected 1 to be 2'] : [],
    })),
  }));
  const path = join(reports, name);
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}

function tally(...args: string[]): { said: string; complaints: string } {
  const { stdout, stderr, status } = spawnSync('node', ['.ci/tally.mjs', ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  return { said: stdout.trim(), complaints: stderr };
}

test('a few files of real processes have a second try, and what held only then is told', () => {
  const first = report('first.json', {
    'test/unit/a.test.ts': ['passed', 'passed'],
    'test/e2e/b.test.ts': ['passed', 'failed'],
    'test/kubernetes/c.test.ts': [],
  });
  expect(tally('again', first).said).toBe('test/e2e/b.test.ts test/kubernetes/c.test.ts');

  const second = report('second.json', {
    'test/e2e/b.test.ts': ['passed', 'passed'],
    'test/kubernetes/c.test.ts': ['passed'],
  });
  const { said, complaints } = tally('count', first, second);
  expect(said).toBe('5 0');
  expect(complaints).toContain('first try: test/e2e/b.test.ts: test 1\n  AssertionError: expected 1 to be 2');
  expect(complaints).toContain('first try: test/kubernetes/c.test.ts: a hook timed out');
});

test('what fails again has failed', () => {
  const first = report('first.json', { 'test/e2e/b.test.ts': ['passed', 'failed'] });
  const second = report('second.json', { 'test/e2e/b.test.ts': ['failed', 'failed'] });
  const { said, complaints } = tally('count', first, second);
  expect(said).toBe('0 2');
  expect(complaints).toContain('second try, alone: test/e2e/b.test.ts: test 0');
});

test.each<[string, Readonly<Record<string, readonly Outcome[]>>]>([
  [
    'tests that need nothing but Node',
    { 'test/property/a.test.ts': ['failed'], 'test/e2e/b.test.ts': ['failed'] },
  ],
  [
    'five files at once',
    Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`test/e2e/${n}.test.ts`, ['failed' as const]])),
  ],
  ['nothing that failed', { 'test/e2e/b.test.ts': ['passed'] }],
])('no second try for %s', (_, files) => {
  expect(tally('again', report('first.json', files)).said).toBe('');
});

test('a run without a report has no tests, and a file that did not begin has failed', () => {
  expect(tally('count', join(reports, 'none.json')).said).toBe('0 0');
  expect(tally('again', join(reports, 'none.json')).said).toBe('');
  expect(tally('count', report('first.json', { 'test/unit/a.test.ts': [] })).said).toBe('0 1');
});
