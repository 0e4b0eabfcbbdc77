import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OldestFirst } from '../../../../src/logs/recent/oldest-first.ts';

test('the item with the lowest place is first, whatever is added, removed or moved', () => {
  const act = fc.record({ kind: fc.constantFrom('add', 'add', 'remove', 'grow'), n: fc.nat(99) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      const items: { place: number }[] = [];
      const queue = new OldestFirst<{ place: number }>(({ place }) => place);
      for (const { kind, n } of acts) {
        if (kind === 'add') {
          items.push({ place: n });
          queue.add(items.at(-1) ?? { place: n });
        } else if (kind === 'remove') {
          const [item] = items.length > 0 ? items.splice(n % items.length, 1) : [];
          queue.remove(item ?? { place: n });
        } else if (queue.first) {
          queue.first.place += n;
          queue.settleFirst();
        }
        const lowest = items.length === 0 ? undefined : Math.min(...items.map(({ place }) => place));
        expect(queue.first?.place).toBe(lowest);
      }
    }),
  );
});
