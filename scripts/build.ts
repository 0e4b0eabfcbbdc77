/** `npm run build`: src → dist, and the programs made executable. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
const { bin }: { bin: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const program of Object.values(bin)) chmodSync(program, 0o755);
