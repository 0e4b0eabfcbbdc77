/** What npm and the build have written of our dependencies, read in the folder of a checkout. */
import { existsSync, readFileSync } from 'node:fs';
import type { Bundled, Lock } from './bill-of-materials.ts';
import type { Reviewed } from './judge-audit.ts';

const bundledFile = 'dist/page/.vite/licenses.json';

export function readLock(): Lock {
  const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return lock;
}

/** @returns undefined where nothing was built */
export function readBundled(): readonly Bundled[] | undefined {
  if (!existsSync(bundledFile)) return undefined;
  const bundled: readonly Bundled[] = JSON.parse(readFileSync(bundledFile, 'utf8'));
  return bundled;
}

export function readReviewed(file: string): readonly Reviewed[] {
  const reviewed: readonly Reviewed[] = JSON.parse(readFileSync(file, 'utf8'));
  return reviewed;
}
