/** A page in Korean says what the one in English says: what can be compared without understanding either is compared. */
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsOf } from '../../support/docs/commands.ts';
import { readPage } from '../../support/docs/page.ts';

const inKorean = (english: string) => english.replace(/\.md$/, '.ko.md');
const pages = globSync(['*.ko.md', 'docs/**/*.ko.md']).map((file) => file.replace(/\.ko\.md$/, '.md'));

test('what everybody reads first is there in Korean', () => {
  expect(pages.toSorted()).toEqual(['README.md', 'docs/configuration.md']);
});

describe.each(pages)('%s', (file) => {
  const english = readPage(file);
  const korean = readPage(inKorean(file));

  test('both have the same headings, one under the other', () => {
    expect(korean.headings).toEqual(english.headings);
  });

  test('both name the same commands, each with comments in its own language', () => {
    const texts = (page: string) => commandsOf(page).map(({ text }) => text);
    expect(texts(korean.file)).toEqual(texts(english.file));
  });

  test('both show the same code', () => {
    const code = ({ fences }: typeof english) => fences.filter(({ language }) => language !== 'sh');
    const bare = (page: typeof english) => code(page).map(({ language, code: text }) => [language, text]);
    expect(bare(korean)).toEqual(bare(english));
  });

  test('both lead to the same places, in Korean where they are, and each first to the other', () => {
    const [toKorean, ...ofEnglish] = english.links;
    const [toEnglish, ...ofKorean] = korean.links;
    expect([toEnglish, toKorean]).toEqual([english.file, korean.file].map((page) => path.basename(page)));
    const isInKorean = (link: string) => existsSync(path.join(path.dirname(file), inKorean(link)));
    const expected = ofEnglish.map((link) =>
      link.endsWith('.md') && isInKorean(link) ? inKorean(link) : link,
    );
    // The order of words differs, and with it that of links.
    expect(ofKorean.toSorted()).toEqual(expected.toSorted());
  });
});
