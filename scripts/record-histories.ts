/** `npm run recordings`: records anew the histories of test/recordings, after a change that is meant to take another path. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { histories } from '../test/simulation/lives/histories.ts';

const folder = 'test/recordings';
mkdirSync(folder, { recursive: true });
for (const [name, record] of Object.entries(histories)) {
  const lines = await record();
  writeFileSync(`${folder}/${name}.jsonl`, `${lines.join('\n')}\n`);
  console.log(`${folder}/${name}.jsonl: ${lines.length} lines`);
}
