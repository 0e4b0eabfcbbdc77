/**
 * `npm run sbom [-- FILE]`: writes what is shipped, as CycloneDX, into FILE (.tmp/sbom.cdx.json), and fails where a licence in it
 * is one that nobody has agreed to. After `npm run build`, which says what the page has bundled.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { shippedOf, type Bill } from './supply-chain/bill-of-materials.ts';
import { readBundled, readLock } from './supply-chain/inputs.ts';
import { licenceComplaints } from './supply-chain/licences.ts';

const [file = '.tmp/sbom.cdx.json'] = process.argv.slice(2);

try {
  const bundled = readBundled();
  if (!bundled) throw new Error('what the page has bundled is not known: run npm run build first');
  const bill = shippedOf(await everything(), readLock(), bundled);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  const complaints = licenceComplaints(bill);
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log(`${file}: ${bill.components.length} components, their licences are agreed to`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function everything(): Promise<Bill> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  try {
    const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 64 * 2 ** 20 });
    const bill: Bill = JSON.parse(stdout);
    return bill;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`npm ${args.join(' ')} failed; it needs npm 10 or later (npm install -g npm): ${why}`, {
      cause: error,
    });
  }
}
