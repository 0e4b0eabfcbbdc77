/**
 * A program of a Debian package: the one on the PATH, else unpacked from the package into the checkout's cache and not
 * installed, since installing a server would start it.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const caches = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** @returns what to call; it answers `--version`. @throws Error that names the package where it is not to be had */
export async function debianProgram(name: string, debianPackage: string): Promise<string> {
  const cache = path.join(caches, name);
  const kept = path.join(cache, name);
  if (await works(name)) return name;
  if (await works(kept)) return kept;
  await unpack(debianPackage, name, cache).catch(() => {});
  if (await works(kept)) return kept;
  throw new Error(`this test needs ${name} on the PATH: it is in the package ${debianPackage}`);
}

async function unpack(debianPackage: string, name: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'unpacking-'));
  try {
    const download = () => run('apt-get', ['-qq', 'download', debianPackage], { cwd: folder });
    await download().catch(() =>
      run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', 'update']).then(download),
    );
    const [archive = ''] = await readdir(folder);
    await run('dpkg-deb', ['-x', archive, 'unpacked'], { cwd: folder });
    await rename(path.join(folder, 'unpacked/usr/bin', name), path.join(cache, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function works(program: string): Promise<boolean> {
  const isThere = (file: string) =>
    access(file).then(
      () => true,
      () => false,
    );
  if (path.isAbsolute(program) && !(await isThere(program))) return false;
  return await run(program, ['--version']).then(
    () => true,
    () => false,
  );
}
