/**
 * Runs the test files below a folder, one process each. Where several workers do the same, each takes its share:
 * Ottoscaler tells every worker which one it is, and how many there are.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { filesBelow, root, say } from './files.js';

const [folder = 'test'] = process.argv.slice(2);
const index = Number(process.env.OTTO_WORKER_INDEX ?? 0);
const count = Number(process.env.OTTO_WORKER_COUNT ?? 1);

const all = filesBelow(folder, '.test.js');
const own = all.filter((_, at) => at % count === index);
say(`worker ${index + 1} of ${count} takes ${own.length} of ${all.length} test files of ${folder}`);

const failed = own.filter((file) => {
  const startedMs = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, file)], {
    encoding: 'utf8',
  });
  say(`${status === 0 ? 'ok    ' : 'not ok'}  ${file}  (${Date.now() - startedMs} ms)`);
  if (status !== 0) process.stderr.write(stdout + stderr);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
