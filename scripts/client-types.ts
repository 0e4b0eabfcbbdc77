/**
 * `npm pack` runs it after the build: the declarations of the package's client, beside its modules in dist.
 *
 * The compiler leaves `.ts` in their imports; only `.js` is understood by every compiler and setting of those who import it.
 */
import { execFile } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cwd = fileURLToPath(new URL('..', import.meta.url));

await promisify(execFile)('tsc', ['-p', 'tsconfig.client.json'], { cwd }).catch(
  (error: Error & { stdout?: string }) => {
    console.error(error.stdout || error.message);
    process.exit(1);
  },
);
for (const file of globSync('dist/**/*.d.ts', { cwd }).map((found) => `${cwd}/${found}`)) {
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, source.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
