/**
 * `npm run docs:code`: writes the code that documents show from the files that tests run; `--check` only compares.
 *
 * `<!-- code: FILE -->` or `<!-- code: FILE#REGION -->` stands before the block that is written. A region is what
 * `// #region NAME` and `// #endregion` enclose, moved to the left.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const block = /(<!-- code: (\S+?)(?:#(\S+))? -->\n\n)```\w+\n.*?^```$/gms;

function shown(file: string, region: string | undefined): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (region === undefined) return lines.join('\n');
  const from = lines.findIndex((line) => line.trim() === `// #region ${region}`);
  if (from === -1) throw new Error(`${file} has no region ${region}`);
  const to = lines.findIndex((line, at) => at > from && line.trim() === '// #endregion');
  if (to === -1) throw new Error(`${file}: the region ${region} has no end`);
  const part = lines.slice(from + 1, to);
  const margin = Math.min(...part.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return part.map((line) => line.slice(margin)).join('\n');
}

const stale: string[] = [];
for (const page of globSync(['*.md', 'docs/**/*.md'])) {
  const before = readFileSync(page, 'utf8');
  const after = before.replaceAll(block, (_, mark: string, file: string, region: string | undefined) => {
    return `${mark}\`\`\`${file.split('.').at(-1)}\n${shown(file, region)}\n\`\`\``;
  });
  if (after === before) continue;
  stale.push(page);
  if (!process.argv.includes('--check')) writeFileSync(page, after);
}
if (stale.length > 0 && process.argv.includes('--check')) {
  console.error(`${stale.join(', ')}: shows other code than its files have; run npm run docs:code`);
  process.exitCode = 1;
}
