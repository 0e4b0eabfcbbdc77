/**
 * Our protos against the platform's wire, in both directions: nothing missing,
 * nothing changed, nothing added that is not declared.
 */
import { describe, expect, test } from 'vitest';
import { packageDefinition } from '../../src/rpc/contract.ts';
import { readWire, wireDifferences } from './wire-diff.ts';
import { contract, type FieldEntry, ours, type Wire } from './wire-table.ts';

const actual = readWire(packageDefinition);

test('the protos are the contract and what we declared on top of it', () => {
  expect(wireDifferences(contract, ours, actual)).toEqual([]);
});

test('the table has everything the platform speaks', () => {
  expect(Object.keys(contract.services)).toHaveLength(3);
  expect(Object.values(contract.services).flatMap(Object.keys)).toHaveLength(8);
  expect(Object.keys(contract.messages)).toHaveLength(20);
  expect(Object.keys(contract.enums)).toHaveLength(7);
});

test('every method has the path that peers call', () => {
  const paths = Object.keys(contract.services).flatMap((service) =>
    Object.values(packageDefinition[`ottoscaler.v1.${service}`] ?? {}).map(
      ({ path }: { path: string }) => path,
    ),
  );
  const wanted = [contract, ours].flatMap(({ services }) =>
    Object.entries(services).flatMap(([service, rpcs]) =>
      Object.keys(rpcs).map((rpc) => `/ottoscaler.v1.${service}/${rpc}`),
    ),
  );
  expect(paths.toSorted()).toEqual(wanted.toSorted());
});

/** The actual wire with one member of one service, message or enum changed; undefined takes it away. */
function changed(group: keyof Wire, name: string, member: string, value: unknown) {
  const members: Record<string, unknown> = { ...actual[group][name], [member]: value };
  if (value === undefined) delete members[member];
  return { ...actual, [group]: { ...actual[group], [name]: members } };
}

describe('the comparison reports', () => {
  test.each([
    ['a missing rpc', 'services', 'OttoscalerService', 'ScaleUp', undefined, 'ScaleUp is missing'],
    [
      'an rpc that no longer streams',
      'services',
      'OttoscalerService',
      'ExecutePipeline',
      ['PipelineRequest', 'PipelineProgress'],
      'ExecutePipeline is ["PipelineRequest","PipelineProgress"], not ["PipelineRequest","stream PipelineProgress"]',
    ],
    ['a missing field', 'messages', 'ScaleRequest', 'reason', undefined, 'ScaleRequest.reason is missing'],
    [
      'a renumbered field',
      'messages',
      'ScaleRequest',
      'reason',
      [9, 'string'],
      'is [9,"string"], not [7,"string"]',
    ],
    [
      'a retyped field',
      'messages',
      'LogResponse',
      'sequence',
      [3, 'int32'],
      'is [3,"int32"], not [3,"int64"]',
    ],
    ['an undeclared field', 'messages', 'ScaleRequest', 'priority', [100, 'int32'], 'is declared nowhere'],
    ['an undeclared message', 'messages', 'Extra', 'id', [1, 'string'], 'message Extra is declared nowhere'],
    [
      'a renumbered enum value',
      'enums',
      'StageStatus',
      'STAGE_FAILED',
      9,
      'StageStatus.STAGE_FAILED is 9, not 3',
    ],
  ] as const)('%s', (_, group, name, member, value, difference) => {
    const differences = wireDifferences(contract, ours, changed(group, name, member, value));
    expect(differences).toEqual([expect.stringContaining(difference)]);
  });

  test('a missing message', () => {
    const { LoggingConfig: _, ...messages } = actual.messages;
    expect(wireDifferences(contract, ours, { ...actual, messages })).toEqual([
      'message LoggingConfig is missing',
    ]);
  });
});

/** Our declarations and one more: a field of ScaleRequest. */
function declare(field: string, entry: FieldEntry): Wire {
  return { ...ours, messages: { ...ours.messages, ScaleRequest: { [field]: entry } } };
}

describe('declarations of ours', () => {
  test('are demanded and accepted from number 100', () => {
    const own = declare('priority', [100, 'int32']);
    const extended = changed('messages', 'ScaleRequest', 'priority', [100, 'int32']);
    expect(wireDifferences(contract, own, extended)).toEqual([]);
    expect(wireDifferences(contract, own, actual)).toEqual(['message ScaleRequest.priority is missing']);
  });

  test('may neither redefine the contract nor take its numbers', () => {
    expect(wireDifferences(contract, declare('priority', [9, 'int32']), actual)).toContain(
      'ours numbers ScaleRequest.priority below 100',
    );
    expect(wireDifferences(contract, declare('reason', [107, 'string']), actual)).toContain(
      'ours redefines ScaleRequest.reason',
    );
  });
});
