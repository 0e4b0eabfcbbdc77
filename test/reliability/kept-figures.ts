/** The figures of the last runs, kept with the project: the latest of each kind, with its date and its set-up. */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { setup } from './figures.ts';

const file = 'docs/reliability.figures.json';

const figures = z.looseObject({ at: z.iso.datetime(), setup: z.string() });
const kept = z.record(z.string(), figures);

export type KeptFigures = z.infer<typeof kept>;

export function readFigures(): KeptFigures {
  return existsSync(file) ? kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** @param folder where runs have left theirs; what it does not have stays as it was */
export function takeOverFigures(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const latest = { ...readFigures() };
  for (const name of names) {
    const source = path.join(folder, name);
    const found = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(source, 'utf8')));
    // Commands that know nothing of this page leave out when and where they ran.
    latest[path.parse(name).name] = figures.parse({
      at: statSync(source).mtime.toISOString(),
      setup: setup(),
      ...found,
    });
  }
  const inOrder = Object.fromEntries(Object.entries(latest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(inOrder, undefined, 2)}\n`);
}
