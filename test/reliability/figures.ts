/**
 * Figures of a run, for docs/reliability.md: whoever measures writes them where RELIABILITY_DIR says, and
 * `npm run docs:reliability` keeps the latest of each kind.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';

interface Figures {
  readonly at: string;
  /** On what it was measured. */
  readonly setup: string;
  readonly [what: string]: unknown;
}

/** @param kind names the file */
export function keepFigures(kind: string, figures: Readonly<Record<string, unknown>>): void {
  const folder = process.env['RELIABILITY_DIR'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const whole: Figures = { at: new Date().toISOString(), setup: setup(), ...figures };
  writeFileSync(path.join(folder, `${kind}.json`), `${JSON.stringify(whole, undefined, 2)}\n`);
}

/** On what this process runs. */
export function setup(): string {
  const [load = 0] = loadavg();
  const model = cpus()[0]?.model ?? 'unknown CPU';
  return `Node ${process.version}, ${availableParallelism()} cores (${model}), load ${load.toFixed(1)}`;
}
