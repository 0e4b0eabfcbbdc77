/**
 * A stand-in for the image that the Dockerfile names as its base, where no registry has it: the Node that package-lock.json
 * names, npm, a shell and the tools that the Dockerfile's own steps use, each with the libraries that it is linked to. All
 * of it is this machine's, which is Debian as the real one is; so what was built on it runs on a node of this machine.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const tools = [
  'sh',
  'env',
  'ls',
  'cat',
  'cp',
  'mv',
  'ln',
  'rm',
  'mkdir',
  'chmod',
  'find',
  'id',
  'awk',
  'sleep',
];
/** Asked for by name while a program runs, so no program names them. */
const libcParts = [
  'librt.so.1',
  'libresolv.so.2',
  'libdl.so.2',
  'libpthread.so.0',
  'libm.so.6',
  'libnss_dns.so.2',
];

const files = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  'etc/group': 'root:x:0:\nnode:x:1000:\n',
  'usr/bin/.keep': '',
};

/** Fills an empty folder. @throws Error where a program is missing, or the system does not say what it is linked to */
export async function assembleNodeBase(root: string): Promise<void> {
  const folders = ['bin', 'usr/bin', 'usr/local/bin', 'usr/local/lib/node_modules', 'etc', 'root', 'tmp'];
  await Promise.all(folders.map((folder) => mkdir(path.join(root, folder), { recursive: true })));
  const programs = await Promise.all(tools.map(async (tool) => [tool, await whereIs(tool)] as const));
  const libraries = await Promise.all([process.execPath, ...programs.map(([, file]) => file)].map(linkedTo));
  const all = new Set(libraries.flat());
  const libc = [...all].find((file) => path.basename(file) === 'libc.so.6');
  if (libc === undefined) throw new Error('ldd does not say where libc is: this needs a Linux with glibc');
  for (const part of libcParts) all.add(path.join(path.dirname(libc), part));
  const npm = path.dirname(path.dirname(await whereIs('npm')));
  const copy = (from: string, to: string) =>
    cp(from, path.join(root, to), { recursive: true, dereference: true });
  await Promise.all([
    copy(process.execPath, 'usr/local/bin/node'),
    copy(npm, 'usr/local/lib/node_modules/npm'),
    symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(root, 'usr/local/bin/npm')),
    symlink('../../bin/env', path.join(root, 'usr/bin/env')),
    ...programs.map(([tool, file]) => copy(file, `bin/${tool}`)),
    ...[...all].map((file) => copy(file, file)),
    ...Object.entries(files).map(([name, text]) => writeFile(path.join(root, name), text)),
  ]);
}

async function whereIs(tool: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', tool]);
  return await realpath(stdout.trim());
}

/** A script is linked to nothing. */
async function linkedTo(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program]);
  return stdout.match(/\/\S+/g) ?? [];
}
