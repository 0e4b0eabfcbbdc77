/**
 * What the server says about itself: versions, groups, resources, health, and an empty OpenAPI document.
 *
 * kubectl validates manifests against the OpenAPI document and skips kinds that it does not find there, so an
 * empty one makes `kubectl apply` rely on the server's own validation.
 */
import type { ServerResponse } from 'node:http';

import { apiVersionOf, type ResourceType } from '../store/resource-type.ts';
import { sendJson, sendText } from './respond.ts';

const version = {
  major: '1',
  minor: '20',
  gitVersion: 'v1.20.2+local',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch}`,
};

const subresources: Readonly<Record<string, readonly (readonly [string, string, readonly string[]])[]>> = {
  pods: [
    ['binding', 'Binding', ['create']],
    ['log', 'Pod', ['get']],
    ['status', 'Pod', ['get', 'patch', 'update']],
  ],
  namespaces: [['status', 'Namespace', ['get']]],
  nodes: [['status', 'Node', ['get']]],
};

function resourceList(resources: readonly ResourceType[], groupVersion: string): string {
  const served = resources.filter((type) => apiVersionOf(type) === groupVersion);
  const entries = served.flatMap(({ group, plural, singular, namespaced, kind, verbs, shortNames }) => [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      shortNames,
      ...(group === '' && plural === 'pods' ? { categories: ['all'] } : {}),
    },
    ...(group === '' ? (subresources[plural] ?? []) : []).map(([name, subKind, subVerbs]) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      kind: subKind,
      verbs: subVerbs,
    })),
  ]);
  return JSON.stringify({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: entries });
}

const groupOf = ({ group, version: ofGroup }: Group): object => {
  const served = { groupVersion: `${group}/${ofGroup}`, version: ofGroup };
  return { name: group, versions: [served], preferredVersion: served };
};

/** Each group has one version here. */
type Group = Pick<ResourceType, 'group' | 'version'>;

function namedGroups(resources: readonly ResourceType[]): readonly Group[] {
  const versions = new Map(resources.map((type) => [type.group, type.version]));
  return [...versions]
    .filter(([group]) => group !== '')
    .map(([group, ofGroup]) => ({ group, version: ofGroup }));
}

/** `gnostic` OpenAPI v2 Document: swagger "2.0", info {title, version}, no paths. */
const openApiProtobuf = Buffer.concat([
  Buffer.from([0x0a, 3]),
  Buffer.from('2.0'),
  Buffer.from([0x12, 14, 0x0a, 5]),
  Buffer.from('local'),
  Buffer.from([0x12, 5]),
  Buffer.from('1.20 '),
  Buffer.from([0x42, 0]),
]);
const openApiJson = JSON.stringify({
  swagger: '2.0',
  info: { title: 'local', version: '1.20' },
  paths: {},
  definitions: {},
});

/** True where the path is one of these documents and was answered. */
export function discover(
  path: string,
  accept: string,
  resources: readonly ResourceType[],
  response: ServerResponse,
): boolean {
  const groups = namedGroups(resources);
  const documents: Readonly<Record<string, () => string>> = {
    '/version': () => JSON.stringify(version),
    '/api': () => JSON.stringify({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }),
    '/api/v1': () => resourceList(resources, 'v1'),
    '/apis': () =>
      JSON.stringify({
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groups.map((group) => groupOf(group)),
      }),
    ...Object.fromEntries(
      groups.flatMap((group) => [
        [
          `/apis/${group.group}`,
          () => JSON.stringify({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }),
        ],
        [`/apis/${apiVersionOf(group)}`, () => resourceList(resources, apiVersionOf(group))],
      ]),
    ),
  };
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  const document = Object.hasOwn(documents, bare) ? documents[bare] : undefined;
  if (document !== undefined) sendJson(response, 200, document());
  else if (bare === '/healthz' || bare === '/livez' || bare === '/readyz') sendText(response, 200, 'ok');
  else if (bare === '/openapi/v2') sendOpenApi(accept, response);
  else return false;
  return true;
}

function sendOpenApi(accept: string, response: ServerResponse): void {
  if (!accept.includes('protobuf')) {
    sendJson(response, 200, openApiJson);
    return;
  }
  // The true media type holds an @, which Go's own parser refuses in an answer.
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': openApiProtobuf.length,
  });
  response.end(openApiProtobuf);
}
