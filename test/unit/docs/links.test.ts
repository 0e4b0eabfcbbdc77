/** Links between documents lead to files and headings that are there. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPage } from '../../support/docs/page.ts';

const files = globSync(['*.md', 'docs/**/*.md', 'examples/*/*.md', 'k8s/**/*.md', 'test/simulation/*.md']);

/** As GitHub makes them of headings: small letters, digits, hyphens for blanks, and what else counts as a letter. */
function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

test.each(files)('every link of %s that stays in this checkout leads somewhere', (file) => {
  const lost = readPage(file).links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target = '', anchor] = decodeURI(link).split('#');
    const to = target === '' ? file : path.join(path.dirname(file), target);
    if (!existsSync(to)) return true;
    return anchor !== undefined && to.endsWith('.md') && !anchorsOf(to).includes(anchor);
  });
  expect(lost).toEqual([]);
});

const symptoms = [
  'image-pull-errors',
  'port-forward-fails',
  'pods-stay-pending',
  'nothing-is-scaled',
  'the-quota-is-used-up',
  'a-right-is-missing',
  'otto-handler-is-away-or-the-spool-is-full',
  'redis-is-away',
  'the-cluster-cannot-be-reached-or-is-the-wrong-one',
];

test('the runbook has the symptoms that people come with', () => {
  const there = anchorsOf('docs/operations.md');
  expect(symptoms.filter((symptom) => !there.includes(symptom))).toEqual([]);
});
