/** What the answer of `npm audit` means for what is shipped. Pure. */
import { installedInProduction, type Bundled, type Lock } from './bill-of-materials.ts';

/** As `npm audit --json` reports it (auditReportVersion 2), as far as it is read here. */
export interface AuditReport {
  readonly vulnerabilities: Readonly<
    Record<string, { readonly nodes: readonly string[]; readonly via: ReadonlyArray<string | Advisory> }>
  >;
}

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

/** Somebody has weighed an advisory, and it does not concern us, or cannot be mended yet. */
export interface Reviewed {
  /** GHSA-… */
  readonly advisory: string;
  readonly reason: string;
  /** RFC 3339 date; from then on it is a finding again. */
  readonly until: string;
}

export interface AuditVerdict {
  /** One sentence each; any of them is a reason not to ship. */
  readonly findings: readonly string[];
  /** One sentence each, for whoever keeps the dependencies. */
  readonly notes: readonly string[];
}

const grave = new Set(['high', 'critical']);

/** @param today RFC 3339 date */
export function judgeAudit(
  report: AuditReport,
  reviewed: readonly Reviewed[],
  { lock, bundled, today }: { lock: Lock; bundled: readonly Bundled[]; today: string },
): AuditVerdict {
  const findings: string[] = [];
  const notes: string[] = [];
  const shipped = new Set([
    ...installedInProduction(lock),
    ...bundled.map(({ name, version }) => `${name}@${version}`),
  ]);
  const unmet = new Set(reviewed);
  for (const [name, { nodes, via }] of Object.entries(report.vulnerabilities)) {
    const refs = [...new Set(nodes.map((path) => `${name}@${lock.packages[path]?.version}`))];
    const concerned = refs.filter((ref) => shipped.has(ref));
    for (const advisory of via) {
      // A name stands for the advisories of that package, which come with it.
      if (typeof advisory === 'string') continue;
      const what = `${(concerned.length > 0 ? concerned : refs).join(', ')}: ${advisory.title} (${advisory.severity}, ${advisory.url})`;
      const known = reviewed.find((one) => advisory.url.endsWith(`/${one.advisory}`));
      if (known) unmet.delete(known);
      if (concerned.length === 0) notes.push(`${what}; for development only`);
      else if (!grave.has(advisory.severity)) notes.push(what);
      else if (!known) findings.push(what);
      else if (known.until <= today)
        findings.push(`${what}; it was reviewed until ${known.until}: weigh it again`);
      else notes.push(`${what}; reviewed until ${known.until}: ${known.reason}`);
    }
  }
  for (const { advisory } of unmet) notes.push(`${advisory} was reviewed and is no more found: remove it`);
  return { findings, notes };
}
