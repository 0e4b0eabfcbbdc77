/**
 * promtool: the one on the PATH, else that of Debian's package `prometheus`, unpacked into the checkout's cache and not
 * installed, since installing it would start a server.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache/promtool/', import.meta.url));

/** Resolves with what it printed. @throws Error with that where it does not end with 0 */
export type Promtool = (args: readonly string[], input?: string) => Promise<string>;

export async function findPromtool(): Promise<Promtool> {
  const program = await findProgram();
  return (args, input) => ask(program, args, input);
}

async function ask(program: string, args: readonly string[], input = ''): Promise<string> {
  const asked = run(program, args);
  asked.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await asked;
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
  }
}

async function findProgram(): Promise<string> {
  const kept = path.join(cache, 'promtool');
  if (await works('promtool')) return 'promtool';
  if (await works(kept)) return kept;
  await unpack(kept).catch(() => {});
  if (await works(kept)) return kept;
  throw new Error('this test needs promtool on the PATH: it is in the package prometheus');
}

async function unpack(kept: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'unpacking-'));
  try {
    const download = () => run('apt-get', ['-qq', 'download', 'prometheus'], { cwd: folder });
    await download().catch(() =>
      run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', 'update']).then(download),
    );
    const [archive = ''] = await readdir(folder);
    await run('dpkg-deb', ['-x', archive, 'unpacked'], { cwd: folder });
    await rename(path.join(folder, 'unpacked/usr/bin/promtool'), kept);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function works(program: string): Promise<boolean> {
  if (
    path.isAbsolute(program) &&
    !(await access(program).then(
      () => true,
      () => false,
    ))
  )
    return false;
  return await run(program, ['--version']).then(
    () => true,
    () => false,
  );
}
