/**
 * A kubeconfig as kubectl reads it: files merged so that the first to name a thing wins, the current
 * context's cluster and user, paths relative to their file.
 *
 * Of @kubernetes/client-node only the leaves that do this are imported: they cost 2 MB and 30 ms, its index
 * 52 MB and 800 ms, because that loads the model of every API.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  newClusters,
  newContexts,
  newUsers,
  type Cluster,
  type User,
} from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { load } from 'js-yaml';
import { messageOf } from '../../error-message.ts';
import { ClusterError } from '../port.ts';
import { serverUrl, type ApiServer } from './api-server.ts';
import {
  bearer,
  fixedCredentials,
  pluginCredentials,
  tokenFileCredentials,
  type AuthHeaders,
  type Credentials,
} from './credentials.ts';
import { elements, field, text } from './untrusted.ts';

interface Entry<T> {
  readonly value: T;
  /** The file that holds it: its folder resolves relative paths, its name is for messages. */
  readonly file: string;
}

interface KubeUser {
  readonly user: User;
  readonly tokenFile: string;
}

interface Kubeconfig {
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, Entry<{ readonly cluster: string; readonly user: string }>>;
  readonly clusters: ReadonlyMap<string, Entry<Cluster>>;
  readonly users: ReadonlyMap<string, Entry<KubeUser>>;
}

interface ClientCertificate {
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
}

/**
 * @param contextName undefined or empty: the current one
 * @throws ClusterError `unauthorized`, one sentence.
 */
export async function loadKubeconfig(
  paths: readonly string[],
  nowMs: () => number,
  contextName?: string,
): Promise<ApiServer> {
  const config = await readFiles(paths);
  const context = pick(config.contexts, contextName || config.currentContext, 'context', paths.join(', '));
  const cluster = pick(config.clusters, context.value.cluster, 'cluster', context.file);
  const user = context.value.user ? pick(config.users, context.value.user, 'user', context.file) : undefined;
  if (cluster.value.proxyUrl) throw broken(cluster.file, 'its proxy-url is not supported');
  const ca = await material(cluster, cluster.value.caFile, cluster.value.caData);
  const { credentials, certificate } = await identify(user, nowMs);
  return {
    ...serverUrl(cluster.value.server, `kubeconfig ${cluster.file}`),
    tls: {
      ...certificate,
      ...(ca === undefined ? {} : { ca }),
      ...(cluster.value.tlsServerName ? { servername: cluster.value.tlsServerName } : {}),
      ...(cluster.value.skipTLSVerify ? { rejectUnauthorized: false } : {}),
    },
    credentials,
  };
}

async function readFiles(paths: readonly string[]): Promise<Kubeconfig> {
  let currentContext = '';
  const contexts = new Map<string, Entry<{ cluster: string; user: string }>>();
  const clusters = new Map<string, Entry<Cluster>>();
  const users = new Map<string, Entry<KubeUser>>();
  for (const file of paths) {
    const document = await readDocument(file);
    currentContext ||= text(field(document, 'current-context'));
    parse(file, () => {
      for (const value of newContexts(field(document, 'contexts')))
        addFirst(contexts, value.name, { value, file });
      for (const value of newClusters(field(document, 'clusters')))
        addFirst(clusters, value.name, { value, file });
      const tokenFiles = new Map(
        elements(field(document, 'users')).map((entry) => [
          text(field(entry, 'name')),
          text(field(field(entry, 'user'), 'tokenFile')),
        ]),
      );
      for (const user of newUsers(field(document, 'users'))) {
        addFirst(users, user.name, { value: { user, tokenFile: tokenFiles.get(user.name) ?? '' }, file });
      }
    });
  }
  return { currentContext, contexts, clusters, users };
}

async function readDocument(file: string): Promise<unknown> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    throw broken(file, text(field(error, 'code')) === 'ENOENT' ? 'there is no such file' : messageOf(error));
  });
  const document = parse(file, () => load(source));
  if (typeof document !== 'object' || document === null) throw broken(file, 'it is no YAML object');
  return document;
}

/** How a user proves who it is, in the order in which kubectl prefers one over another. */
async function identify(
  entry: Entry<KubeUser> | undefined,
  nowMs: () => number,
): Promise<{ credentials: Credentials; certificate: ClientCertificate }> {
  if (entry === undefined) return { credentials: fixedCredentials({}), certificate: {} };
  const { user, tokenFile } = entry.value;
  const cert = await material(entry, user.certFile, user.certData);
  const key = await material(entry, user.keyFile, user.keyData);
  const certificate = { ...(cert && { cert }), ...(key && { key }) };
  const impersonate: AuthHeaders = user.impersonateUser ? { 'impersonate-user': user.impersonateUser } : {};
  if (user.exec) return fromPlugin(entry, certificate, impersonate, nowMs);
  if (user.authProvider) {
    throw broken(
      entry.file,
      `user ${user.name} has an auth-provider, which kubectl dropped in 1.26: use an exec plugin`,
    );
  }
  const path = tokenFile && resolve(dirname(entry.file), tokenFile);
  const credentials = path
    ? joined(tokenFileCredentials(path, nowMs), impersonate)
    : fixedCredentials({ ...staticHeaders(user), ...impersonate });
  return { credentials, certificate };
}

async function fromPlugin(
  entry: Entry<KubeUser>,
  certificate: ClientCertificate,
  impersonate: AuthHeaders,
  nowMs: () => number,
): Promise<{ credentials: Credentials; certificate: ClientCertificate }> {
  const { user } = entry.value;
  let plugin = new ExecAuth();
  const ask = async (renew: boolean) => {
    // Its cache knows only the expiry that the plugin announced; a new one knows nothing.
    if (renew) plugin = new ExecAuth();
    const options: { headers: Record<string, string>; cert?: string; key?: string } = { headers: {} };
    await plugin.applyAuthentication(withExecInfo(user), options).catch((error: unknown) => {
      throw broken(entry.file, `the exec plugin of user ${user.name} failed: ${messageOf(error).trim()}`);
    });
    return options;
  };
  // A certificate from a plugin belongs to the connections and is therefore asked for once.
  const { cert, key } = await ask(false);
  return {
    credentials: joined(
      pluginCredentials(async (renew) => bearerOf((await ask(renew)).headers), nowMs),
      impersonate,
    ),
    certificate: { ...certificate, ...(cert && { cert }), ...(key && { key }) },
  };
}

/** The plugin protocol's input, which client-node leaves out. */
function withExecInfo(user: User): User {
  const exec: unknown = user.exec;
  const info = {
    apiVersion: text(field(exec, 'apiVersion')),
    kind: 'ExecCredential',
    spec: { interactive: false },
  };
  const env = [
    ...elements(field(exec, 'env')),
    { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) },
  ];
  return { ...user, exec: { ...user.exec, env } };
}

function bearerOf(headers: Readonly<Record<string, string>>): AuthHeaders {
  const authorization = headers['Authorization'];
  return authorization === undefined ? {} : { authorization };
}

function staticHeaders(user: User): AuthHeaders {
  if (user.token) return bearer(user.token);
  if (!user.username) return {};
  const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

function joined(source: Credentials, more: AuthHeaders): Credentials {
  return {
    headers: async () => ({ ...(await source.headers()), ...more }),
    forget: () => {
      source.forget();
    },
  };
}

async function material(
  entry: Entry<unknown>,
  file: string | undefined,
  base64: string | undefined,
): Promise<Buffer | undefined> {
  if (!file) return base64 ? Buffer.from(base64, 'base64') : undefined;
  return readFile(resolve(dirname(entry.file), file)).catch((error: unknown) => {
    throw broken(entry.file, `a certificate it names cannot be read: ${messageOf(error)}`);
  });
}

function pick<T>(entries: ReadonlyMap<string, T>, name: string, kind: string, file: string): T {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw broken(file, name ? `it has no ${kind} named ${name}` : `it has no current-context`);
}

function addFirst<T>(map: Map<string, T>, name: string, entry: T): void {
  if (!map.has(name)) map.set(name, entry);
}

function parse<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw broken(file, messageOf(error).split('\n', 1)[0] ?? 'it cannot be parsed');
  }
}

function broken(file: string, why: string): ClusterError {
  return new ClusterError('unauthorized', `kubeconfig ${file} cannot be used: ${why}`);
}
