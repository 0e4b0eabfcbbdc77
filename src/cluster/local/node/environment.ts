/**
 * A container's environment: the Pod's own variables and what an image would give, never the host's.
 */
import type { Container, EnvironmentVariable, Pod } from '../pod.ts';
import { fieldText } from '../store/selector.ts';

/** A value comes from an object that is not there; the kubelet waits with CreateContainerConfigError. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The `data` of a ConfigMap of the Pod's namespace; undefined where there is none. */
export type ReadConfigMap = (name: string) => Readonly<Record<string, unknown>> | undefined;

/**
 * `$(NAME)` becomes the variable's value and `$$` one dollar; what is not defined stays as it is written.
 * (kubernetes/third_party/forked/golang/expansion)
 */
export function expand(input: string, variables: ReadonlyMap<string, string>): string {
  return input.replace(/\$(?:\$|\(([^)]*)\))/g, (whole: string, name: string | undefined) => {
    if (whole === '$$') return '$';
    return variables.get(name ?? '') ?? whole;
  });
}

const machineDirectories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** @param directories where programs of the image's own are. */
export function containerEnvironment(
  pod: Pod,
  container: Container,
  home: string,
  readConfigMap: ReadConfigMap,
  directories: readonly string[] = [],
): Map<string, string> {
  const variables = new Map([
    ['PATH', [...directories, ...machineDirectories].join(':')],
    ['HOSTNAME', pod.metadata.name],
    ['HOME', home],
  ]);
  // Only the Pod's own variables can be referred to, and only by those that come after them.
  const own = new Map<string, string>();
  for (const variable of container.env ?? []) {
    const value = valueOf(pod, variable, own, readConfigMap);
    if (value === undefined) continue;
    own.set(variable.name, value);
    variables.set(variable.name, value);
  }
  return variables;
}

/** The Pod's own variables, for `$(NAME)` in command and args. */
export function ownVariables(
  container: Container,
  environment: ReadonlyMap<string, string>,
): Map<string, string> {
  const names = (container.env ?? []).map(({ name }) => name);
  return new Map([...environment].filter(([name]) => names.includes(name)));
}

function valueOf(
  pod: Pod,
  variable: EnvironmentVariable,
  own: ReadonlyMap<string, string>,
  readConfigMap: ReadConfigMap,
): string | undefined {
  const { valueFrom } = variable;
  if (valueFrom?.fieldRef !== undefined) return fieldValue(pod, valueFrom.fieldRef.fieldPath);
  if (valueFrom?.configMapKeyRef !== undefined) {
    const { name, key, optional } = valueFrom.configMapKeyRef;
    const data = readConfigMap(name);
    const value = data?.[key];
    if (typeof value === 'string') return value;
    if (optional === true) return undefined;
    throw new ConfigError(
      data === undefined
        ? `configmap "${name}" not found`
        : `couldn't find key ${key} in ConfigMap ${pod.metadata.namespace}/${name}`,
    );
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    if (valueFrom.secretKeyRef.optional === true) return undefined;
    throw new ConfigError(`secret "${valueFrom.secretKeyRef.name}" not found`);
  }
  return expand(variable.value ?? '', own);
}

function fieldValue(pod: Pod, path: string): string {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path) ?? [];
  if (map === 'labels') return pod.metadata.labels?.[key] ?? '';
  if (map === 'annotations') return pod.metadata.annotations?.[key] ?? '';
  return fieldText(pod, path);
}
