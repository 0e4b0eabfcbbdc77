/**
 * `npm run docs:reliability`: writes docs/reliability.md from the tests as they stand and from the figures of their
 * last runs, which it takes over from RELIABILITY_DIR; `--check` only compares, and names what nothing tries.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findPlaces } from '../test/reliability/places.ts';
import { readFigures, takeOverFigures } from '../test/reliability/kept-figures.ts';
import { reliabilityPage } from '../test/reliability/page.ts';
import { untried } from '../test/reliability/untried.ts';

const page = 'docs/reliability.md';
const isCheck = process.argv.includes('--check');

const places = await findPlaces();
for (const tag of untried(places)) {
  console.error(`nothing tries ${tag}: tag a test with it, or write one`);
  process.exitCode = 1;
}

if (!isCheck) takeOverFigures(process.env['RELIABILITY_DIR'] ?? '.tmp/reliability');
const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
const after = reliabilityPage(places, readFigures());
if (isCheck && after !== before) {
  console.error(`${page} is stale; run npm run docs:reliability`);
  process.exitCode = 1;
}
if (!isCheck) writeFileSync(page, after);
