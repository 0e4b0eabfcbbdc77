/**
 * `npm run docs:settings`: writes the tables of settings from the one the program reads, all of them into
 * docs/configuration.md, the first ones into README.md, both also in Korean; `--check` only compares.
 */
import path from 'node:path';
import { settings } from '../src/config/settings.ts';
import { generateTable } from './generated-table.ts';
import { firstNames, groups, type Name } from './settings-groups.ts';
import { koreanMeanings } from './settings-korean.ts';

interface Language {
  readonly ending: string;
  readonly header: string;
  readonly heading: (group: (typeof groups)[number]) => string;
  readonly meaning: (name: Name) => string;
}

const languages: readonly Language[] = [
  {
    ending: '.md',
    header: '| variable | default | meaning |',
    heading: ({ english }) => english,
    meaning: (name) => settings[name].meaning,
  },
  {
    ending: '.ko.md',
    header: '| 변수 | 기본값 | 의미 |',
    heading: ({ korean }) => korean,
    meaning: (name) => koreanMeanings[name] ?? '',
  },
];

function complain(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

const grouped = groups.flatMap(({ names }) => names);
for (const name of Object.keys(settings)) {
  if (!(name in koreanMeanings))
    complain(
      `${name} has no meaning in Korean, for the pages in Korean; add it to scripts/settings-korean.ts`,
    );
  const headings = grouped.filter((one) => one === name).length;
  if (headings !== 1)
    complain(`${name} stands under ${headings} headings, not under one; see scripts/settings-groups.ts`);
}
for (const name of Object.keys(koreanMeanings))
  if (!(name in settings)) complain(`scripts/settings-korean.ts: ${name} is no setting any more; remove it`);

const rule = '| --- | --- | --- |';
for (const language of languages) {
  const readme = `README${language.ending}`;
  await generateTable(readme, 'settings', [language.header, rule, ...rowsOf(firstNames, readme, language)]);
  const page = `docs/configuration${language.ending}`;
  const rows = groups.flatMap((group) => [
    `| **${language.heading(group)}** | | |`,
    ...rowsOf(group.names, page, language),
  ]);
  await generateTable(page, 'settings', [language.header, rule, ...rows]);
}

function rowsOf(names: readonly Name[], file: string, { meaning }: Language): readonly string[] {
  const cell = (text: string) => linked(text, file).replaceAll('|', '\\|');
  return names.map((name) => `| \`${name}\` | ${code(settings[name].default)} | ${cell(meaning(name))} |`);
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Documents that a meaning names, as links from where it is shown. */
function linked(text: string, file: string): string {
  return text.replaceAll(/\bdocs\/[\w-]+\.md/g, (document) => {
    const link = path.relative(path.dirname(file), document);
    return `[${link}](${link})`;
  });
}
