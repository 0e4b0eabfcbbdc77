import { describe, expect, test } from 'vitest';
import type { ActorRow } from '../../../src/inspector/protocol.ts';
import { ActorTree } from '../../../web/tree/actor-tree.ts';
import { countPhases, valuesOf } from '../../../web/tree/counts.ts';
import { parseFilter, type Phase } from '../../../web/tree/filter.ts';
import { moveBy } from '../../../web/tree/move.ts';
import { visibleRows } from '../../../web/tree/visible-rows.ts';

const row = (id: string, parent: string, more: Partial<ActorRow> = {}): ActorRow => ({
  id,
  parent,
  kind: 'worker',
  name: id,
  state: 'running.active',
  phase: 'running',
  sinceMs: 0,
  isOver: false,
  ...more,
});

const pool = row('pool', '', { kind: 'pool', state: 'operating.serving' });
const nightly = row('nightly', 'pool', { kind: 'scale-up', task: 'nightly' });
const first = row('w1', 'nightly', { task: 'nightly' });
const second = row('w2', 'nightly', { task: 'nightly', phase: 'failed', failure: 'oom-killed' });
const run = row('run', 'pool', { kind: 'pipeline', pipeline: 'run' });

function treeOf(...rows: readonly ActorRow[]): ActorTree {
  const tree = new ActorTree();
  tree.replace(rows);
  return tree;
}

const all = () => treeOf(pool, nightly, first, second, run);
const seen = (tree: ActorTree, text = '', phases: readonly Phase[] = [], isOpen = true) =>
  visibleRows(tree, () => isOpen, parseFilter(text, new Set(phases)));
const ids = (...given: Parameters<typeof seen>) => seen(...given).map((line) => line.row.id);

describe('the tree', () => {
  test('shows children under their parents, in the order in which they came', () => {
    expect(ids(all())).toEqual(['pool', 'nightly', 'w1', 'w2', 'run']);
    expect(seen(all()).map(({ depth }) => depth)).toEqual([0, 1, 2, 2, 1]);
  });

  test('says the place among visible siblings, as screen readers tell it', () => {
    const [, , w1, w2] = seen(all());
    expect([w1?.position, w1?.siblings, w2?.position, w2?.siblings]).toEqual([1, 2, 2, 2]);
  });

  test('hides what is folded', () => {
    expect(ids(all(), '', [], false)).toEqual(['pool']);
  });

  test('keeps a child that comes before its parent, and shows it when that has come', () => {
    const tree = treeOf(pool, first);
    expect(ids(tree)).toEqual(['pool']);
    tree.change([nightly], []);
    expect(ids(tree)).toEqual(['pool', 'nightly', 'w1']);
  });

  test('forgets rows that are gone, and everything when the tree is taken anew', () => {
    const tree = all();
    tree.change([], ['w1']);
    expect(ids(tree)).toEqual(['pool', 'nightly', 'w2', 'run']);
    tree.replace([pool]);
    expect(ids(tree)).toEqual(['pool']);
    expect(tree.worker('w2')).toBeUndefined();
  });

  test('puts a row under another parent when it says so', () => {
    const tree = all();
    tree.change([{ ...first, parent: 'run' }], []);
    expect(ids(tree)).toEqual(['pool', 'nightly', 'w2', 'run', 'w1']);
  });

  test('has another shape when a row comes, goes or moves, and the same when it only says something else', () => {
    const tree = all();
    const shapes = [tree.shape];
    tree.change([{ ...first, state: 'cleanup.deleting', phase: 'cleanup' }], []);
    shapes.push(tree.shape);
    for (const [rows, gone] of [
      [[row('w3', 'nightly')], []],
      [[{ ...first, parent: 'pool' }], []],
      [[], ['w2']],
    ] as const) {
      tree.change(rows, gone);
      shapes.push(tree.shape);
    }
    expect(new Set(shapes).size).toBe(4);
    expect(shapes[1]).toBe(shapes[0]);
  });

  test('ends where parents form a ring', () => {
    const tree = treeOf(row('a', 'b'), row('b', 'a'));
    expect(ids(tree, 'a')).toEqual([]);
    expect(tree.ancestorsOf('a').map(({ id }) => id)).toEqual(['b']);
  });
});

describe('the filter', () => {
  test('finds words in any field, whatever their case, and shows the way to them', () => {
    expect(ids(all(), 'OOM')).toEqual(['pool', 'nightly', 'w2']);
    expect(seen(all(), 'OOM').map(({ isWay }) => isWay)).toEqual([true, true, false]);
  });

  test('opens the way to what it finds', () => {
    expect(ids(all(), 'oom', [], false)).toEqual(['pool', 'nightly', 'w2']);
  });

  test('takes pairs, all of which have to fit', () => {
    expect(ids(all(), 'task:night kind:worker')).toEqual(['pool', 'nightly', 'w1', 'w2']);
    expect(ids(all(), 'task:night failure:oom kind:worker')).toEqual(['pool', 'nightly', 'w2']);
    expect(ids(all(), 'state:pending')).toEqual([]);
  });

  test('takes every sign as itself', () => {
    const tree = treeOf(
      pool,
      row('a.c', 'pool', { reason: 'back-off (5) [x] $^*+?|\\{}' }),
      row('abc', 'pool'),
    );
    expect(ids(tree, 'a.c')).toEqual(['pool', 'a.c']);
    expect(ids(tree, 'reason:"(5) [x] $^*+?|\\{}"')).toEqual(['pool', 'a.c']);
  });

  test('takes an unknown key as a word, since names may hold colons', () => {
    const tree = treeOf(pool, row('image:22', 'pool'));
    expect(ids(tree, 'image:22')).toEqual(['pool', 'image:22']);
  });

  test('keeps words in quotes together', () => {
    const tree = treeOf(pool, row('w', 'pool', { reason: 'no node fits' }));
    expect(ids(tree, 'reason:"no node"')).toEqual(['pool', 'w']);
    expect(ids(tree, '"node no"')).toEqual([]);
  });

  test('shows only the chosen phases', () => {
    expect(ids(all(), '', ['failed'])).toEqual(['pool', 'nightly', 'w2']);
  });
});

describe('the counts', () => {
  test('are of all actors but the pool, workers apart', () => {
    const counts = countPhases(all().rows());
    expect(counts.running).toEqual({ all: 3, workers: 1 });
    expect(counts.failed).toEqual({ all: 1, workers: 1 });
    expect(counts.pending).toEqual({ all: 0, workers: 0 });
  });

  test('of values are bounded', () => {
    expect(valuesOf(all().rows(), 'task', 10)).toEqual(['nightly']);
    const many = Array.from({ length: 9 }, (_, n) => row(`w${n}`, '', { task: `t${n}` }));
    expect(valuesOf(many, 'task', 3)).toHaveLength(3);
  });
});

describe('keys', () => {
  const move = (key: string, focused: string, isOpen = true) =>
    moveBy(key, seen(all(), '', [], isOpen), focused, 2);

  test('go up and down and stop at the ends', () => {
    expect(move('ArrowDown', 'pool')).toEqual({ kind: 'focus', id: 'nightly' });
    expect(move('ArrowUp', 'pool')).toEqual({ kind: 'focus', id: 'pool' });
    expect(move('ArrowDown', 'run')).toEqual({ kind: 'focus', id: 'run' });
    expect(move('PageDown', 'nightly')).toEqual({ kind: 'focus', id: 'w2' });
    expect(move('End', 'pool')).toEqual({ kind: 'focus', id: 'run' });
  });

  test('to the right open, then go in; to the left fold, then go out', () => {
    expect(move('ArrowRight', 'pool', false)).toEqual({ kind: 'open', id: 'pool' });
    expect(move('ArrowRight', 'pool')).toEqual({ kind: 'focus', id: 'nightly' });
    expect(move('ArrowRight', 'w1')).toBeUndefined();
    expect(move('ArrowLeft', 'nightly')).toEqual({ kind: 'close', id: 'nightly' });
    expect(move('ArrowLeft', 'w2')).toEqual({ kind: 'focus', id: 'nightly' });
  });

  test('Enter chooses; what is not a key of trees does nothing', () => {
    expect(move('Enter', 'w1')).toEqual({ kind: 'choose', id: 'w1' });
    expect(move('Enter', 'nobody')).toBeUndefined();
    expect(move('x', 'w1')).toBeUndefined();
  });
});
