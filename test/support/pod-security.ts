/**
 * Pod Security's profile "restricted", rule by rule, for clusters whose API server does not check it (before 1.23).
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */

type Fields = Readonly<Record<string, unknown>>;

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly sysctls?: ReadonlyArray<{ readonly name: string }>;
}

interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: ReadonlyArray<{ readonly hostPort?: number }>;
}

export interface JudgedPodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Fields[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const seLinuxTypes = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const sysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_syncookies',
]);

/** @returns what the profile forbids of it, a few words each; none = it passes */
export function restrictedViolations(spec: JudgedPodSpec): readonly string[] {
  const { securityContext: pod = {} } = spec;
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  return [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]),
    ...(spec.volumes ?? []).flatMap(({ name, ...types }) =>
      Object.keys(types)
        .filter((type) => !volumeTypes.has(type))
        .map((type) => `volume ${String(name)} is a ${type}`),
    ),
    ...(pod.sysctls ?? []).flatMap(({ name }) => (sysctls.has(name) ? [] : [`sysctl ${name}`])),
    ...forbiddenAnywhere(pod),
    ...containers.flatMap((container) =>
      ofContainer(container, pod).map((violation) => `${container.name}: ${violation}`),
    ),
  ];
}

function forbiddenAnywhere(context: SecurityContext): readonly string[] {
  const { type = '', user = '', role = '' } = context.seLinuxOptions ?? {};
  return [
    ...(seLinuxTypes.has(type) && user === '' && role === '' ? [] : ['seLinuxOptions']),
    ...(context.windowsOptions?.hostProcess ? ['hostProcess'] : []),
    ...(context.runAsUser === 0 ? ['runAsUser is root'] : []),
  ];
}

function ofContainer({ securityContext: own = {}, ports = [] }: Container, pod: SecurityContext) {
  const seccomp = (own.seccompProfile ?? pod.seccompProfile)?.type ?? '';
  const added = own.capabilities?.add ?? [];
  return [
    ...forbiddenAnywhere(own),
    ...(own.privileged ? ['privileged'] : []),
    ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation']),
    ...((own.runAsNonRoot ?? pod.runAsNonRoot) ? [] : ['runAsNonRoot is not said']),
    ...(own.capabilities?.drop?.includes('ALL') ? [] : ['capabilities are not all dropped']),
    ...added.filter((name) => name !== 'NET_BIND_SERVICE').map((name) => `capability ${name}`),
    ...(['RuntimeDefault', 'Localhost'].includes(seccomp) ? [] : ['seccompProfile']),
    ...((own.procMount ?? 'Default') === 'Default' ? [] : ['procMount']),
    ...(ports.some(({ hostPort = 0 }) => hostPort !== 0) ? ['hostPort'] : []),
  ];
}
