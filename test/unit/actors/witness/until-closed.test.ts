import { describe, expect, it } from 'vitest';
import { untilClosed } from '../../../../src/actors/witness/until-closed.ts';
import type { WitnessedWorker } from '../../../../src/actors/ports.ts';
import { settled } from '../../../support/log-lines.ts';
import { noWitness } from '../../../support/no-witness.ts';
import { order, slot } from '../../../support/orders.ts';

const worker: WitnessedWorker = { order: order(), slot: slot(), pod: undefined };

async function hasSettled(promise: Promise<void>): Promise<boolean> {
  let isSo = false;
  void promise.then(() => (isSo = true));
  await settled();
  return isSo;
}

describe('a witness that is closed', { tags: ['G11', 'I9'] }, () => {
  it('lets an end be recorded and a Pod be deleted until then', async () => {
    const witness = untilClosed(noWitness, () => false);
    expect(await hasSettled(witness.ending(worker, { kind: 'succeeded' }))).toBe(true);
    expect(await hasSettled(witness.drain(worker, 1_000))).toBe(true);
  });

  it('lets no end be recorded that nobody is told, and no Pod be deleted whose log nobody reads', async () => {
    const witness = untilClosed(noWitness, () => true);
    expect(await hasSettled(witness.ending(worker, { kind: 'succeeded' }))).toBe(false);
    expect(await hasSettled(witness.drain(worker, 1_000))).toBe(false);
  });

  it('lets no Pod be deleted whose log was being read when it closed', async () => {
    const reading = Promise.withResolvers<void>();
    let isClosed = false;
    const witness = untilClosed({ ...noWitness, drain: () => reading.promise }, () => isClosed);
    const draining = witness.drain(worker, 1_000);
    isClosed = true;
    reading.resolve();
    expect(await hasSettled(draining)).toBe(false);
  });
});
