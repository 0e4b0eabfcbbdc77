import { renameSync, writeFileSync } from 'node:fs';

/** At once, as Kubernetes replaces the files of a Secret: who reads it has the old content or the new one. */
export function replaceFile(file: string, content: Buffer | string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
