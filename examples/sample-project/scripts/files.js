/** The files of this project, whatever directory it was copied to. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {string[]} paths below `folder`, relative to the project, sorted. */
export function filesBelow(folder, ending) {
  const files = readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(file, ending);
    return file.endsWith(ending) ? [file] : [];
  });
  files.sort();
  return files;
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}
