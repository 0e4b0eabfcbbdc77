/** README.ko.md says what README.md says: what can be compared without understanding either is compared. */
import { expect, test } from 'vitest';
import { commandsOf } from '../../support/docs/commands.ts';
import { readPage } from '../../support/docs/page.ts';

const english = readPage('README.md');
const korean = readPage('README.ko.md');
/** The order of words differs, and with it that of links. */
const linksBut = (other: string, { links }: typeof english) =>
  links.filter((link) => link !== other).toSorted();

test('both have the same headings, one under the other', () => {
  expect(korean.headings).toEqual(english.headings);
});

test('both name the same commands, each with comments in its own language', () => {
  const texts = (file: string) => commandsOf(file).map(({ text }) => text);
  expect(texts(korean.file)).toEqual(texts(english.file));
});

test('both show the same code', () => {
  const code = ({ fences }: typeof english) => fences.filter(({ language }) => language !== 'sh');
  const bare = (page: typeof english) => code(page).map(({ language, code: text }) => [language, text]);
  expect(bare(korean)).toEqual(bare(english));
});

test('both lead to the same places, and each to the other', () => {
  expect(linksBut(english.file, korean)).toEqual(linksBut(korean.file, english));
  expect(english.links[0]).toBe(korean.file);
  expect(korean.links[0]).toBe(english.file);
});
