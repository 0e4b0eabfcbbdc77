/** `npm run build`: src → dist, web → dist/page. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const startedMs = performance.now();

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
execFileSync('vite', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], { stdio: 'inherit' });

console.log(`built in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
