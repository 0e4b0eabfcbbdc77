/** Asks Node whether each file can be parsed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { filesBelow, root, say } from './files.js';

const files = ['src', 'scripts', 'test'].flatMap((folder) => filesBelow(folder, '.js'));
const bad = files.filter((file) => {
  const { status, stderr } = spawnSync(process.execPath, ['--check', path.join(root, file)], {
    encoding: 'utf8',
  });
  if (status !== 0) process.stderr.write(stderr);
  return status !== 0;
});
say(bad.length === 0 ? `${files.length} files can be parsed` : `cannot be parsed: ${bad.join(', ')}`);
process.exitCode = bad.length === 0 ? 0 : 1;
