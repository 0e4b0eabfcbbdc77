import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const tally = (args, input = '') => spawnSync(process.execPath, [cli, ...args], { input, encoding: 'utf8' });

test('counts what is piped into it', () => {
  const { status, stdout } = tally(['--top', '1'], 'one two two');
  assert.equal(status, 0);
  assert.match(stdout, /^two {2}2 {2}█+\n$/);
});

test('counts files together', () => {
  const { stdout } = tally(['--top', '1', cli, cli], '');
  assert.match(stdout, /^\S+ +\d+/);
});

test('a file that is not there ends it with 1 and a sentence', () => {
  const { status, stdout, stderr } = tally(['no-such-file']);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^tally: ENOENT/);
});

test('a number of words that is none ends it with 1', () => {
  const { status, stderr } = tally(['--top', 'many'], 'a');
  assert.equal(status, 1);
  assert.match(stderr, /"many" is no number of words/);
});
