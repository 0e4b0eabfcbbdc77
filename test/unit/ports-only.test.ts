/** What the linter cannot say of the folders that the simulation runs: `new Date()` is the wall clock, too. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const simulated = ['machines', 'actors', 'logs'];
const src = path.resolve(import.meta.dirname, '../../src');
const files = globSync(
  simulated.map((folder) => `${folder}/**/*.ts`),
  { cwd: src },
);

test('no file that the simulation runs makes a Date of now', () => {
  const wallClocks = files.filter((file) =>
    /new Date\(\s*\)/.test(readFileSync(path.join(src, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(wallClocks).toEqual([]);
});
