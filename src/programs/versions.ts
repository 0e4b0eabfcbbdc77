/** Which versions decide what a recording replays to. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly version: string;
}

function versionIn(url: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm refuses a package without one
  const { version } = JSON.parse(readFileSync(fileURLToPath(url), 'utf8')) as Manifest;
  return version;
}

export function versions(): Readonly<Record<string, string>> {
  return {
    ottoscaler: versionIn(new URL('../../package.json', import.meta.url).href),
    xstate: versionIn(import.meta.resolve('xstate/package.json')),
    node: process.versions.node,
  };
}
