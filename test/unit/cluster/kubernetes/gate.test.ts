import { describe, expect, test } from 'vitest';
import { Gate } from '../../../../src/cluster/kubernetes/gate.ts';
import { errorCode } from '../../../support/error-code.ts';

function gate(waitingMax = 2): { readonly gate: Gate; readonly clock: { nowMs: number } } {
  const clock = { nowMs: 0 };
  return { clock, gate: new Gate({ inFlightMax: 2, waitingMax, waitMaxMs: 1000, nowMs: () => clock.nowMs }) };
}

describe('Gate', { tags: ['F18', 'I11'] }, () => {
  test('admits in order of arrival, never more than its bound', async () => {
    const { gate: bounded } = gate();
    const admitted: string[] = [];
    const enter = async (what: string): Promise<void> => {
      await bounded.enter(what);
      admitted.push(what);
    };
    await Promise.all([enter('a'), enter('b')]);
    const waiting = [enter('c'), enter('d')];
    expect([bounded.inFlight, bounded.waiting]).toEqual([2, 2]);
    bounded.leave();
    await waiting[0];
    expect(admitted).toEqual(['a', 'b', 'c']);
    bounded.leave();
    await waiting[1];
    bounded.leave();
    bounded.leave();
    expect([bounded.inFlight, bounded.waiting]).toEqual([0, 0]);
  });

  test('refuses at once when the line is full, and says that nothing was sent', async () => {
    const { gate: bounded } = gate();
    await Promise.all([bounded.enter('a'), bounded.enter('b')]);
    const waiting = [bounded.enter('c'), bounded.enter('d')];
    await expect(bounded.enter('e')).rejects.toMatchObject({ code: 'throttled', retryAfterMs: 1000 });
    await expect(bounded.enter('e')).rejects.toThrow('not sent');
    bounded.leave();
    bounded.leave();
    await Promise.all(waiting);
  });

  test('refuses who has waited too long, and admits who has not', async () => {
    const { gate: bounded, clock } = gate();
    await Promise.all([bounded.enter('a'), bounded.enter('b')]);
    const old = bounded.enter('c').catch(errorCode);
    clock.nowMs = 1001;
    const young = bounded.enter('d').then(() => 'admitted');
    bounded.leave();
    expect(await Promise.all([old, young])).toEqual(['throttled', 'admitted']);
    expect([bounded.inFlight, bounded.waiting]).toEqual([2, 0]);
  });
});
