/**
 * Images, built by buildah without a daemon and pushed to the registry that a cluster pulls from. Everything of it lies in a
 * folder of its own, which goes with it.
 *
 * IMAGE_REGISTRY names the registry, as host:port, plain HTTP; buildah is the one on the PATH, else Debian's where this is root.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assembleNodeBase } from './node-base-image.ts';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../', import.meta.url));
const registry = process.env['IMAGE_REGISTRY'] || '127.0.0.1:35000';

/** What `docker inspect` shows under Config, as far as tests look. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

/** @returns a sentence, or undefined where images can be built and pushed */
export async function obstacleToImages(): Promise<string | undefined> {
  if (!(await hasBuildah()))
    return 'images are built by buildah, as root: `apt-get install buildah`; it is not there';
  const answers = await fetch(`http://${registry}/v2/`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
  return answers ? undefined : `no image registry answers at ${registry} (IMAGE_REGISTRY)`;
}

async function hasBuildah(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const works = () =>
    run('buildah', ['--version']).then(
      () => true,
      () => false,
    );
  if (await works()) return true;
  const quiet = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...quiet, 'update']).catch(() => {});
  await run('apt-get', [...quiet, 'install', '--no-install-recommends', 'buildah']).catch(() => {});
  return await works();
}

export class ImageStore implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** With the base that the Dockerfile names. */
  static async open(): Promise<ImageStore> {
    const store = new ImageStore(await mkdtemp(path.join(tmpdir(), 'ottoscaler-images-')));
    try {
      await store.#makeBase();
      return store;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The checkout's Dockerfile, with the npm configuration and the npm cache of whoever runs this. */
  async build(tag: string, target: string): Promise<void> {
    const cache = await npmSetting('cache');
    const authorities = (await npmSetting('cafile')) ?? process.env['NODE_EXTRA_CA_CERTS'];
    const npmrc = path.join(this.#folder, 'npmrc');
    await writeFile(
      npmrc,
      `registry=${await npmSetting('registry')}\n${authorities ? 'cafile=/etc/npm-ca.pem\n' : ''}`,
    );
    // In layers: the images have all but their ends in common.
    const how = ['--isolation', 'chroot', '--format', 'docker', '--layers', '--pull=never', '--quiet'];
    const what = ['--secret', `id=npmrc,src=${npmrc}`, '--target', target, '--tag', tag];
    const volumes = [
      ...(cache ? [`${cache}:/root/.npm`] : []),
      ...(authorities ? [`${authorities}:/etc/npm-ca.pem:ro`] : []),
    ];
    const mounted = volumes.map((volume) => `--volume=${volume}`);
    await this.#buildah(['build', ...how, ...what, ...mounted, checkout]);
  }

  async configOf(tag: string): Promise<ImageConfig> {
    const text = await this.#buildah(['inspect', '--type', 'image', tag]);
    return (JSON.parse(text) as { Docker: { config: ImageConfig } }).Docker.config;
  }

  /** Shows the image's files at a path of this machine for as long as `look` takes. */
  async lookInto<T>(tag: string, look: (root: string) => Promise<T>): Promise<T> {
    const container = (await this.#buildah(['from', '--pull-never', tag])).trim();
    try {
      return await look((await this.#buildah(['mount', container])).trim());
    } finally {
      await this.#buildah(['rm', container]);
    }
  }

  /** @returns the digest by which the registry, and then a kubelet, knows it */
  async push(tag: string): Promise<string> {
    const digestFile = path.join(this.#folder, 'digest');
    const place = `docker://${registry}/library/${tag}`;
    await this.#buildah([
      'push',
      '--quiet',
      '--disable-compression',
      '--tls-verify=false',
      '--digestfile',
      digestFile,
      tag,
      place,
    ]);
    return (await readFile(digestFile, 'utf8')).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Layers may still be mounted where a build was broken off.
    await this.#buildah(['rm', '--all']).catch(() => {});
    await this.#buildah(['rmi', '--all', '--force']).catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #makeBase(): Promise<void> {
    const dockerfile = await readFile(path.join(checkout, 'Dockerfile'), 'utf8');
    const name = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1];
    if (name === undefined) throw new Error('the Dockerfile names no NODE_IMAGE');
    const root = path.join(this.#folder, 'base');
    await assembleNodeBase(root);
    const containerfile = path.join(this.#folder, 'base.Dockerfile');
    await writeFile(
      containerfile,
      'FROM scratch\nCOPY . /\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
    );
    await this.#buildah([
      'build',
      '--quiet',
      '--tag',
      `docker.io/library/${name}`,
      '--file',
      containerfile,
      root,
    ]);
  }

  async #buildah(args: readonly string[]): Promise<string> {
    const place = ['--root', path.join(this.#folder, 'storage'), '--runroot', path.join(this.#folder, 'run')];
    try {
      const { stdout } = await run('buildah', [...place, ...args], { maxBuffer: 64 * 1024 ** 2 });
      return stdout;
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string };
      throw new Error(`buildah ${args[0]}: ${stderr.slice(-2_000) || String(error)}`, { cause: error });
    }
  }
}

async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await run('npm', ['config', 'get', name], { cwd: homedir() });
  const value = stdout.trim();
  return value === 'null' || value === '' ? undefined : value;
}
