/**
 * Objects as `kubectl get` asks for them: a `meta.k8s.io/v1` Table made by the server.
 */
import { jsonOf, isJsonObject, type JsonObject, type KubeObject } from '../kube-object.ts';
import type { ResourceType } from '../store/resource-type.ts';
import { fieldText } from '../store/selector.ts';
import { humanAge } from './age.ts';
import { podCells } from './pod-row.ts';

interface Columns {
  /** `Name` or, for what only `-o wide` shows, `Name:1`. */
  readonly names: readonly string[];
  readonly cells: (object: KubeObject, nowMs: number) => readonly unknown[];
}

const age = (object: KubeObject, nowMs: number): string => humanAge(object.metadata.creationTimestamp, nowMs);
const object = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const size = (value: unknown): number => Object.keys(object(value)).length;
const orNone = (text: string): string => (text === '' ? '<none>' : text);

const byKind: Readonly<Record<string, Columns>> = {
  Pod: {
    names: [
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      'IP:1',
      'Node:1',
      'Nominated Node:1',
      'Readiness Gates:1',
    ],
    cells: podCells,
  },
  ConfigMap: {
    names: ['Name', 'Data', 'Age'],
    cells: (o, now) => [o.metadata.name, size(o['data']) + size(o['binaryData']), age(o, now)],
  },
  Lease: {
    names: ['Name', 'Holder', 'Age'],
    cells: (o, now) => [o.metadata.name, fieldText(o, 'spec.holderIdentity'), age(o, now)],
  },
  Namespace: {
    names: ['Name', 'Status', 'Age'],
    cells: (o, now) => [o.metadata.name, fieldText(o, 'status.phase'), age(o, now)],
  },
  Node: {
    names: [
      'Name',
      'Status',
      'Roles',
      'Age',
      'Version',
      'Internal-IP:1',
      'OS-Image:1',
      'Container-Runtime:1',
    ],
    cells: nodeCells,
  },
  Event: {
    names: [
      'Last Seen',
      'Type',
      'Reason',
      'Object',
      'Subobject:1',
      'Source:1',
      'Message',
      'Count:1',
      'Name:1',
    ],
    cells: eventCells,
  },
  ServiceAccount: {
    names: ['Name', 'Secrets', 'Age'],
    cells: (o, now) => [o.metadata.name, 0, age(o, now)],
  },
};

function nodeCells(node: KubeObject, nowMs: number): readonly unknown[] {
  const info = (field: string): string => orNone(fieldText(node, `status.nodeInfo.${field}`));
  const conditions = object(node['status'])['conditions'];
  const isReady =
    Array.isArray(conditions) &&
    conditions.some((c) => object(c)['type'] === 'Ready' && object(c)['status'] === 'True');
  const state = isReady ? 'Ready' : 'NotReady';
  return [
    node.metadata.name,
    state,
    '<none>',
    age(node, nowMs),
    info('kubeletVersion'),
    '127.0.0.1',
    info('osImage'),
    info('containerRuntimeVersion'),
  ];
}

function eventCells(event: KubeObject, nowMs: number): readonly unknown[] {
  const at = fieldText(event, 'lastTimestamp') || fieldText(event, 'eventTime');
  const involved = `${fieldText(event, 'involvedObject.kind').toLowerCase()}/${fieldText(event, 'involvedObject.name')}`;
  const text = (path: string): string => fieldText(event, path);
  return [
    humanAge(at === '' ? undefined : at, nowMs),
    text('type'),
    text('reason'),
    involved,
    text('involvedObject.fieldPath'),
    text('source.component') || text('reportingComponent'),
    text('message').trim(),
    Number(text('count') || '1'),
    event.metadata.name,
  ];
}

const columnsOf = (type: ResourceType): Columns =>
  byKind[type.kind] ?? { names: ['Name', 'Age'], cells: (o, now) => [o.metadata.name, age(o, now)] };

const definitions = new Map<ResourceType, string>();

function definitionsJson(type: ResourceType): string {
  const known = definitions.get(type);
  if (known !== undefined) return known;
  const made = JSON.stringify(
    columnsOf(type).names.map((entry) => {
      const [name = '', priority = '0'] = entry.split(':');
      const isCount = ['Restarts', 'Data', 'Count', 'Secrets'].includes(name);
      const format = name === 'Name' ? 'name' : '';
      return {
        name,
        type: isCount ? 'integer' : 'string',
        format,
        description: '',
        priority: Number(priority),
      };
    }),
  );
  definitions.set(type, made);
  return made;
}

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableView {
  readonly type: ResourceType;
  readonly include: IncludeObject;
  readonly nowMs: number;
  /** Of a list; for a single object or an event it is the object's own resourceVersion. */
  readonly listMeta: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

export function tableJson(view: TableView, objects: readonly KubeObject[]): string {
  const rows = objects.map((item) => rowJson(view, item));
  return (
    `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(view.listMeta)},` +
    `"columnDefinitions":${definitionsJson(view.type)},"rows":[${rows.join(',')}]}`
  );
}

function rowJson(view: TableView, item: KubeObject): string {
  const cells = JSON.stringify(columnsOf(view.type).cells(item, view.nowMs));
  return `{"cells":${cells},"object":${includedJson(view.include, item)}}`;
}

function includedJson(include: IncludeObject, item: KubeObject): string {
  if (include === 'None') return 'null';
  if (include === 'Object') return jsonOf(item);
  return JSON.stringify({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: item.metadata,
  });
}
