/** Bytes of a real API server, beside what its JSON of the same Pods says. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPage } from '../../../../src/cluster/kubernetes/list-pods.ts';
import { observePod } from '../../../../src/cluster/kubernetes/observe-pod.ts';
import { decodePodList, decodeStatus } from '../../../../src/cluster/kubernetes/pod-list-message.ts';
import { WireError } from '../../../../src/cluster/kubernetes/wire-reader.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';

interface Recorded {
  readonly protobuf: string;
  readonly refused: string;
  readonly resourceVersion: string;
  readonly observed: readonly ObservedPod[];
}

const file = new URL('pod-list-message.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const list = Buffer.from(recorded.protobuf, 'base64');
const refused = Buffer.from(recorded.refused, 'base64');

describe('a list of Pods in protobuf', () => {
  test('every Pod is observed as from JSON, in whatever state it is', () => {
    const page = readPage('list pods', decodePodList(list));
    expect(page.items.map(observePod)).toEqual(recorded.observed);
    expect(page).toMatchObject({ resourceVersion: recorded.resourceVersion, next: '' });
  });

  test('a refusal says why', () => {
    expect(decodeStatus(refused)).toMatchObject({
      reason: 'Expired',
      message: expect.stringContaining('continue parameter is too old'),
    });
  });

  test('a refusal, JSON or nothing is no list', () => {
    for (const bytes of [refused, Buffer.from('{"items":[]}'), Buffer.alloc(0)]) {
      expect(() => decodePodList(bytes)).toThrow(WireError);
    }
  });

  test('a list that is cut anywhere is an error, and never one with fewer Pods', () => {
    const whole = JSON.stringify(decodePodList(list));
    const cuts = Array.from({ length: list.length }, (_, length) => list.subarray(0, length));
    // Without its last bytes, which say nothing of the Pods, a list is whole.
    const read = new Set(cuts.map(readOrNothing).filter((text) => text !== ''));
    expect([...read]).toEqual([whole]);
  });
});

function readOrNothing(bytes: Buffer): string {
  try {
    return JSON.stringify(decodePodList(bytes));
  } catch (error) {
    if (error instanceof WireError) return '';
    throw error;
  }
}
