import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stopWords } from '../../src/stop-words.js';
import { startWordService } from './word-service.js';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
let service;
before(async () => {
  service = await startWordService();
});
after(() => service.close());

test('the service gives the words to leave out', async () => {
  assert.ok((await stopWords(service.url)).has('the'));
});

test('tally leaves out what the service says', async () => {
  const stdout = await new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [cli, '--stop-words', service.url], (error, out) =>
      error ? reject(error) : resolve(out),
    );
    child.stdin.end('the pod and the node of a cluster');
  });
  assert.deepEqual(stdout.match(/^\S+/gm), ['cluster', 'node', 'pod']);
});
