/** What is written in shell, read by shellcheck: Debian's is installed where there is none, as root. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(async () => {
  if (await isThere()) return;
  if (process.getuid?.() === 0) {
    const quiet = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120'];
    await run('apt-get', [...quiet, 'update']).catch(() => {});
    await run('apt-get', [...quiet, 'install', '--no-install-recommends', 'shellcheck']).catch(() => {});
    if (await isThere()) return;
  }
  throw new Error('this test needs shellcheck on the PATH: `apt-get install shellcheck`');
}, 180_000);

const isThere = () =>
  run('shellcheck', ['--version']).then(
    () => true,
    () => false,
  );

const isShell = (file: string) => file.endsWith('.sh') || /^#!.*\b(?:ba)?sh$/.test(firstLine(file));

function firstLine(file: string): string {
  const buffer = Buffer.alloc(64);
  const opened = openSync(path.join(root, file), 'r');
  const length = readSync(opened, buffer);
  closeSync(opened);
  return buffer.toString('latin1', 0, length).split('\n', 1)[0] ?? '';
}

test('shellcheck warns of nothing in any script in the checkout', async () => {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
  });
  const named = stdout.split('\0').filter((file) => /(?:^|\/)[^.]+$|\.sh$/.test(file));
  const scripts = [...new Set(named)].filter(isShell);
  expect(scripts).toContain('scripts/team/setup-user.sh');
  const said = await run(
    'shellcheck',
    ['--severity=warning', '--external-sources', '--source-path=.', ...scripts],
    {
      cwd: root,
    },
  ).catch((error: { stdout: string }) => error);
  expect(said.stdout).toBe('');
});
