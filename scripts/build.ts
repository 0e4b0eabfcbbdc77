/**
 * `npm run build`: src → dist, web → dist/page.
 *
 * Built beside and put in place when all of it is there, so that a build that fails, or is under way, leaves the former
 * one to run.
 */
import { execFile } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** As deep as `dist`: maps of sources hold relative paths. */
const next = `dist.${process.pid}`;
const startedMs = performance.now();

/** @throws Error whose output says what is wrong */
async function seconds(program: string, ...args: readonly string[]): Promise<string> {
  await run(program, args);
  return `${program} ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
}

try {
  const took = await Promise.all([
    seconds('tsc', '-p', 'tsconfig.build.json', '--outDir', next),
    seconds(
      'vite',
      'build',
      '--config',
      'web/vite.config.ts',
      '--outDir',
      `../${next}/page`,
      '--logLevel',
      'warn',
    ),
  ]);
  rmSync('dist', { recursive: true, force: true });
  renameSync(next, 'dist');
  console.log(`built: ${took.join(', ')}`);
} catch (error) {
  rmSync(next, { recursive: true, force: true });
  const {
    stdout = '',
    stderr = '',
    message = '',
  }: { stdout?: string; stderr?: string; message?: string } = error instanceof Error ? error : {};
  console.error(stdout + stderr || message);
  process.exitCode = 1;
}
