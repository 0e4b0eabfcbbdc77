/** Every command that a document tells its readers to type is run by a test, which the table of trials names. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsOf } from '../../support/docs/commands.ts';
import { pages, pagesOfTheirOwn, trials } from '../../support/docs/trials.ts';

const files = globSync([...pages]).filter((file) => !pagesOfTheirOwn.includes(file));
const commands = files.flatMap(commandsOf);

test('every command of the documents is run by a test', () => {
  expect(files.length).toBeGreaterThan(20);
  const untried = commands.filter(({ text }) => !(text in trials) && !text.startsWith('export '));
  expect(untried.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
});

test('every trial is of a command that a document has', () => {
  const texts = new Set(commands.map(({ text }) => text));
  expect(Object.keys(trials).filter((text) => !texts.has(text))).toEqual([]);
});

test('every trial elsewhere is where it is said to be', () => {
  const missing = Object.entries(trials).flatMap(([text, trial]) => {
    if (!('file' in trial)) return [];
    if (!existsSync(trial.file)) return [`${text}: ${trial.file} is not there`];
    if (readFileSync(trial.file, 'utf8').includes(trial.mentions)) return [];
    return [`${text}: ${trial.file} does not mention ${trial.mentions}`];
  });
  expect(missing).toEqual([]);
});
