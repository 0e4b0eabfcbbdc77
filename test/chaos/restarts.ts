/** How parts of the cluster are killed and started again: the environment says, since nothing else can know. */

const hooks = { CHAOS_RESTART_APISERVER: 'the API server', CHAOS_RESTART_ETCD: 'etcd' } as const;

export type Restarts = ReadonlyMap<string, { readonly command: string; readonly times: number }>;

export function restartsFrom(env: NodeJS.ProcessEnv, times: number): Restarts {
  const given = Object.entries(hooks).map(([name, what]) => [what, env[name]] as const);
  return new Map(given.flatMap(([what, command]) => (command ? [[what, { command, times }] as const] : [])));
}
