/** Packs dist as `npm pack` would, the same bytes each time, after a look whether it still is what was built. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, say } from './files.js';
import { tar } from './tar.js';

const dist = path.join(root, 'dist');
const sha256 = (content) => createHash('sha256').update(content).digest('hex');
const manifestFile = path.join(dist, 'manifest.json');
const { name, version, files } = JSON.parse(readFileSync(manifestFile, 'utf8'));

const entries = files.map(({ file, sha256: built }) => {
  const content = readFileSync(path.join(dist, file));
  if (sha256(content) !== built) throw new Error(`${file} is not what was built`);
  return { name: `package/${file}`, content };
});
entries.push({ name: 'package/manifest.json', content: readFileSync(manifestFile) });

const archive = gzipSync(tar(entries), { level: 9 });
const file = `${name}-${version}.tgz`;
writeFileSync(path.join(dist, file), archive);
say(`${file}: ${entries.length} files, ${archive.length} bytes, sha256 ${sha256(archive)}`);
