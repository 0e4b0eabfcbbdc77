/** Copies what is shipped to dist, and writes beside it what it is: name, commit, and a hash of each file. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, root, say } from './files.js';

const dist = path.join(root, 'dist');
const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
const files = [...filesBelow('src', '.js'), 'package.json'].map((file) => {
  const target = path.join(dist, file);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(path.join(root, file), target);
  const content = readFileSync(target);
  return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
});
const manifest = { name, version, commit: process.env.OTTO_COMMIT_SHA || 'unknown', files };
writeFileSync(path.join(dist, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);

for (const { file, bytes, sha256 } of files)
  say(`${sha256.slice(0, 12)}  ${String(bytes).padStart(5)}  ${file}`);
say(`built ${name} ${version}: ${files.length} files in dist`);
