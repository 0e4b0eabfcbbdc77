/**
 * `npm run audit`: whether anything grave is known of what is shipped, as the registry's advisories say.
 *
 * Ends with 0 where nothing is, with 1 where something is that nobody has reviewed (scripts/supply-chain/reviewed.json, each
 * until a day), with 69 where the registry does not answer audits: then nothing was found out.
 */
import { execFile } from 'node:child_process';
import { readBundled, readLock, readReviewed } from './supply-chain/inputs.ts';
import { judgeAudit, type AuditReport } from './supply-chain/judge-audit.ts';

/** EX_UNAVAILABLE of sysexits.h. */
const unavailable = 69;
const [reviewedFile = 'scripts/supply-chain/reviewed.json'] = process.argv.slice(2);

interface AuditFailure {
  readonly message?: string;
  readonly error?: { readonly code?: string; readonly summary?: string; readonly detail?: string };
}

const answer = await ask();
if ('vulnerabilities' in answer) process.exitCode = tell(answer);
else {
  const why = answer.message ?? answer.error?.summary ?? 'npm audit said nothing';
  console.error(`The registry answers no audits, so nothing is known of the dependencies: ${why}`);
  process.exitCode = unavailable;
}

function tell(report: AuditReport): number {
  const { findings, notes } = judgeAudit(report, readReviewed(reviewedFile), {
    lock: readLock(),
    // Without a build the page's own are judged as what they are to npm, development.
    bundled: readBundled() ?? [],
    today: new Date().toISOString().slice(0, 10),
  });
  for (const note of notes) console.log(`note: ${note}`);
  for (const finding of findings) console.error(`finding: ${finding}`);
  if (findings.length === 0) console.log('Nothing grave is known of what is shipped.');
  return findings.length > 0 ? 1 : 0;
}

/** Ends with 1 also where it has found something; what it says tells. */
function ask(): Promise<AuditReport | AuditFailure> {
  const { promise, resolve } = Promise.withResolvers<AuditReport | AuditFailure>();
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=1', '--fetch-timeout=30000'];
  execFile('npm', args, { maxBuffer: 64 * 2 ** 20 }, (error, stdout) => {
    try {
      const said: AuditReport | AuditFailure = JSON.parse(stdout);
      resolve(said);
    } catch {
      resolve({ message: error?.message ?? 'it is no JSON' });
    }
  });
  return promise;
}
