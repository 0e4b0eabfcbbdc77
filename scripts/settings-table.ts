/**
 * `npm run docs:settings`: writes the tables of settings in README.md and README.ko.md from the one the program reads;
 * `--check` only compares.
 */
import { settings } from '../src/config/settings.ts';
import { generateTable } from './generated-table.ts';
import { koreanMeanings } from './settings-korean.ts';

type Meaning = (name: string, english: string) => string;

const pages: readonly (readonly [file: string, header: string, meaning: Meaning])[] = [
  ['README.md', '| variable | default | meaning |', (_, english) => english],
  ['README.ko.md', '| 변수 | 기본값 | 의미 |', (name) => koreanMeanings[name] ?? ''],
];

function complain(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

for (const name of Object.keys(settings))
  if (!(name in koreanMeanings))
    complain(`${name} has no meaning in Korean, for README.ko.md; add it to scripts/settings-korean.ts`);
for (const name of Object.keys(koreanMeanings))
  if (!(name in settings)) complain(`scripts/settings-korean.ts: ${name} is no setting any more; remove it`);

for (const [file, header, meaning] of pages) {
  const rows = Object.entries(settings).map(
    ([name, s]) =>
      `| \`${name}\` | ${s.default === '' ? '' : `\`${s.default}\``} | ${meaning(name, s.meaning).replaceAll('|', '\\|')} |`,
  );
  await generateTable(file, 'settings', [header, '| --- | --- | --- |', ...rows]);
}
