/**
 * The JSON types of an object's known fields. Go's decoder refuses a body whose types do not fit with a 400
 * before any rule of the kind is asked; without this check a rule would have to expect anything anywhere.
 * Unknown fields pass.
 */
import { isJsonObject } from '../kube-object.ts';
import { parseQuantity } from './quantity.ts';

export type Shape =
  'string' | 'integer' | 'boolean' | 'quantity' | 'microTime' | 'any' | ListShape | MapShape | ObjectShape;
interface ListShape {
  readonly list: Shape;
}
interface MapShape {
  readonly map: Shape;
}
interface ObjectShape {
  readonly fields: Readonly<Record<string, Shape>>;
}

/** A sentence about the first field that does not fit; undefined where all fit. Null is an absent field. */
export function misfit(shape: Shape, value: unknown, path: string): string | undefined {
  if (value === null || value === undefined || shape === 'any') return undefined;
  if (typeof shape === 'string') {
    const expected = scalarMisfit(shape, value);
    return expected === undefined
      ? undefined
      : `${path}: ${expected}, but found ${JSON.stringify(value).slice(0, 80)}`;
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) return `${path}: expected a list`;
    return firstOf(value.entries(), ([index, item]) => misfit(shape.list, item, `${path}[${index}]`));
  }
  if (!isJsonObject(value)) return `${path}: expected an object`;
  if ('map' in shape)
    return firstOf(Object.entries(value), ([key, item]) => misfit(shape.map, item, `${path}[${key}]`));
  return firstOf(Object.entries(shape.fields), ([key, field]) => misfit(field, value[key], `${path}.${key}`));
}

function scalarMisfit(
  shape: 'string' | 'integer' | 'boolean' | 'quantity' | 'microTime',
  value: unknown,
): string | undefined {
  switch (shape) {
    case 'string':
      return typeof value === 'string' ? undefined : 'expected a string';
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'expected an integer';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected a boolean';
    case 'quantity':
      return parseQuantity(value) === undefined
        ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        : undefined;
    case 'microTime':
      return typeof value === 'string' && microTime.test(value)
        ? undefined
        : 'expected a time as "2006-01-02T15:04:05.000000Z07:00"';
  }
}

/** Go reads a MicroTime by its layout: six digits, no more and no less. */
const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function firstOf<T>(items: Iterable<T>, check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = check(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const strings: Shape = { map: 'string' };

const metadataShape: Shape = {
  fields: {
    name: 'string',
    namespace: 'string',
    generateName: 'string',
    uid: 'string',
    resourceVersion: 'string',
    labels: strings,
    annotations: strings,
    finalizers: { list: 'string' },
    ownerReferences: {
      list: {
        fields: {
          apiVersion: 'string',
          kind: 'string',
          name: 'string',
          uid: 'string',
          controller: 'boolean',
          blockOwnerDeletion: 'boolean',
        },
      },
    },
  },
};

const keyRef: Shape = { fields: { name: 'string', key: 'string', optional: 'boolean' } };

const containerShape: Shape = {
  fields: {
    name: 'string',
    image: 'string',
    command: { list: 'string' },
    args: { list: 'string' },
    workingDir: 'string',
    env: {
      list: {
        fields: {
          name: 'string',
          value: 'string',
          valueFrom: {
            fields: {
              fieldRef: { fields: { apiVersion: 'string', fieldPath: 'string' } },
              configMapKeyRef: keyRef,
              secretKeyRef: keyRef,
            },
          },
        },
      },
    },
    resources: { fields: { requests: { map: 'quantity' }, limits: { map: 'quantity' } } },
    imagePullPolicy: 'string',
    stdin: 'boolean',
    tty: 'boolean',
  },
};

export const podShape: Shape = {
  fields: {
    metadata: metadataShape,
    spec: {
      fields: {
        containers: { list: containerShape },
        initContainers: { list: containerShape },
        restartPolicy: 'string',
        nodeName: 'string',
        schedulerName: 'string',
        serviceAccountName: 'string',
        terminationGracePeriodSeconds: 'integer',
        activeDeadlineSeconds: 'integer',
        enableServiceLinks: 'boolean',
        automountServiceAccountToken: 'boolean',
        nodeSelector: strings,
        tolerations: { list: { fields: {} } },
        volumes: { list: { fields: { name: 'string' } } },
      },
    },
    status: {
      fields: { phase: 'string', conditions: { list: { fields: { type: 'string', status: 'string' } } } },
    },
  },
};

export const configMapShape: Shape = {
  fields: { metadata: metadataShape, data: strings, binaryData: strings, immutable: 'boolean' },
};

export const leaseShape: Shape = {
  fields: {
    metadata: metadataShape,
    spec: {
      fields: {
        holderIdentity: 'string',
        leaseDurationSeconds: 'integer',
        acquireTime: 'microTime',
        renewTime: 'microTime',
        leaseTransitions: 'integer',
      },
    },
  },
};

export const plainShape: Shape = { fields: { metadata: metadataShape } };
