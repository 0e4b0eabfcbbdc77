/**
 * Reads the wire out of loaded descriptors and tells how it differs from a table.
 *
 * The result is a list of sentences, so that the test shows every difference at
 * once and the comparison itself can be tested with tables made wrong on purpose.
 */
import type { PackageDefinition } from '@grpc/proto-loader';
import type { FieldEntry, RpcEntry, Wire } from './wire-table.ts';

const packagePrefix = 'ottoscaler.v1.';
/** Fields that Ottoscaler adds to the platform's messages have numbers from here. */
const ownFieldNumberMin = 100;

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}
interface EnumDescriptor {
  readonly name: string;
  readonly value: ReadonlyArray<{ readonly name: string; readonly number: number }>;
}
interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: ReadonlyArray<
    MessageDescriptor & { readonly options: { readonly mapEntry: boolean } | null }
  >;
  readonly enumType: readonly EnumDescriptor[];
}

/** The whole wire of a package definition, in the table's notation. */
export function readWire(definition: PackageDefinition): Wire {
  const services: Record<string, Record<string, RpcEntry>> = {};
  const messages: Record<string, Record<string, FieldEntry>> = {};
  const enums: Record<string, Record<string, number>> = {};
  for (const [fullName, entry] of Object.entries(definition)) {
    if (!fullName.startsWith(packagePrefix)) throw new Error(`${fullName} is outside of the package`);
    const name = fullName.slice(packagePrefix.length);
    if (!('format' in entry)) {
      services[name] = Object.fromEntries(
        Object.entries(entry).map(([rpc, method]) => [
          rpc,
          [
            streamed(method.requestStream, messageName(method.requestType.type)),
            streamed(method.responseStream, messageName(method.responseType.type)),
          ],
        ]),
      );
    } else if (isMessage(entry.type)) {
      const message = entry.type;
      messages[name] = Object.fromEntries(
        message.field.map((field) => [field.name, readField(message, field)]),
      );
      for (const nested of message.enumType) enums[`${name}.${nested.name}`] = enumValues(nested);
      for (const nested of message.nestedType)
        if (!nested.options?.mapEntry)
          throw new Error(`${name}.${nested.name}: nested messages are not read`);
    } else if (isEnum(entry.type)) {
      enums[name] = enumValues(entry.type);
    }
  }
  return { services, messages, enums };
}

function streamed(stream: boolean, message: string): string {
  return stream ? `stream ${message}` : message;
}

/** The loader types its descriptors as mere objects; they are google.protobuf's, decoded. */
function isMessage(type: object): type is MessageDescriptor {
  return 'field' in type;
}

function isEnum(type: object): type is EnumDescriptor {
  return 'value' in type;
}

function messageName(type: object): string {
  return isMessage(type) ? type.name : 'not a message';
}

function enumValues(descriptor: EnumDescriptor): Record<string, number> {
  return Object.fromEntries(descriptor.value.map(({ name, number }) => [name, number]));
}

function readField(message: MessageDescriptor, field: FieldDescriptor): FieldEntry {
  const mapEntry = message.nestedType.find((nested) => nested.name === field.typeName);
  if (mapEntry) {
    const [key, value] = mapEntry.field.map((part) => typeOf(mapEntry, part));
    return [field.number, `map<${key},${value}>`];
  }
  const type = typeOf(message, field);
  return [field.number, field.label === 'LABEL_REPEATED' ? `repeated ${type}` : type];
}

function typeOf(message: MessageDescriptor, field: FieldDescriptor): string {
  if (field.type !== 'TYPE_MESSAGE' && field.type !== 'TYPE_ENUM')
    return field.type.slice('TYPE_'.length).toLowerCase();
  const nested = message.enumType.some((own) => own.name === field.typeName);
  return nested ? `${message.name}.${field.typeName}` : field.typeName;
}

type Group = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every way `actual` differs from the contract and what `ours` declares on top of it; empty = it is the same. */
export function wireDifferences(
  contract: Wire,
  ours: Wire,
  actual: Readonly<Record<keyof Wire, Group>>,
): string[] {
  return [
    ...clashes(contract, ours),
    ...groupDifferences('service', contract.services, ours.services, actual.services),
    ...groupDifferences('message', contract.messages, ours.messages, actual.messages),
    ...groupDifferences('enum', contract.enums, ours.enums, actual.enums),
  ];
}

function groupDifferences(kind: string, contract: Group, ours: Group, actual: Group): string[] {
  const names = new Set([...Object.keys(contract), ...Object.keys(ours), ...Object.keys(actual)]);
  return [...names].flatMap((name) => {
    const found = actual[name];
    if (!found) return [`${kind} ${name} is missing`];
    if (!contract[name] && !ours[name]) return [`${kind} ${name} is declared nowhere`];
    const declared: Readonly<Record<string, unknown>> = { ...contract[name], ...ours[name] };
    const members = new Set([...Object.keys(declared), ...Object.keys(found)]);
    return [...members].flatMap((member) => {
      const [wanted, got] = [JSON.stringify(declared[member]), JSON.stringify(found[member])];
      if (got === undefined) return [`${kind} ${name}.${member} is missing`];
      if (wanted === undefined) return [`${kind} ${name}.${member} is declared nowhere`];
      return wanted === got ? [] : [`${kind} ${name}.${member} is ${got}, not ${wanted}`];
    });
  });
}

/** `ours` may add to the contract but not redefine it, nor take numbers the platform may want. */
function clashes(contract: Wire, ours: Wire): string[] {
  const redefined = (['services', 'messages', 'enums'] as const).flatMap((group) =>
    Object.entries(ours[group]).flatMap(([name, members]) =>
      Object.keys(members)
        .filter((member) => contract[group][name]?.[member] !== undefined)
        .map((member) => `ours redefines ${name}.${member}`),
    ),
  );
  const low = Object.entries(ours.messages)
    .filter(([name]) => contract.messages[name])
    .flatMap(([name, fields]) =>
      Object.entries(fields)
        .filter(([, [number]]) => number < ownFieldNumberMin)
        .map(([field]) => `ours numbers ${name}.${field} below ${ownFieldNumberMin}`),
    );
  return [...redefined, ...low];
}
