#!/usr/bin/env node
/** `tally [--top N] [--stop-words URL] [file…]`; without a file it reads what is piped into it. */
import { readFile } from 'node:fs/promises';
import { text as allOf } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { stopWords } from './stop-words.js';
import { table } from './table.js';
import { countWords, mostFrequent } from './words.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { top: { type: 'string', default: '10' }, 'stop-words': { type: 'string' } },
});

try {
  const top = Number(values.top);
  if (!Number.isInteger(top) || top < 1) throw new Error(`--top: "${values.top}" is no number of words`);
  const texts =
    positionals.length > 0 ? positionals.map((file) => readFile(file, 'utf8')) : [allOf(process.stdin)];
  const without = values['stop-words'] === undefined ? new Set() : await stopWords(values['stop-words']);
  const counts = countWords((await Promise.all(texts)).join('\n'), { without });
  for (const line of table(mostFrequent(counts, top))) process.stdout.write(`${line}\n`);
} catch (error) {
  process.stderr.write(`tally: ${error.message}\n`);
  process.exitCode = 1;
}
