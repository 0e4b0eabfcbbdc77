/** What is shipped, as npm's own programs and a registry in this process tell it. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Bill, Component, Lock } from '../../scripts/supply-chain/bill-of-materials.ts';
import { licenceComplaints } from '../../scripts/supply-chain/licences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  script: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.Dict<string> = {},
): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const file = path.join(root, 'scripts', script);
  const child = execFile(
    process.execPath,
    [file, ...args],
    { cwd, env: { ...process.env, ...env } },
    (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'otto-supply-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function readBill(file: string): Bill {
  const bill: Bill = JSON.parse(readFileSync(file, 'utf8'));
  return bill;
}

describe('the bill of materials', () => {
  let bill: Bill;
  const lock: Lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const byRef = () => new Map(bill.components.map((each) => [each['bom-ref'], each]));
  const isInPage = ({ properties = [] }: Component) =>
    properties.some(({ name }) => name.endsWith(':bundled'));

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'otto-sbom-'));
    const file = path.join(folder, 'sbom.cdx.json');
    const { code, stderr } = await run('sbom.ts', [file], root);
    expect([code, stderr]).toEqual([0, '']);
    bill = readBill(file);
    rmSync(folder, { recursive: true });
  });

  test('has every package that is installed in production, with what was locked of it, and of development none', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'ottoscaler' } } });
    const installed = Object.entries(lock.packages).filter(([at, { dev }]) => at !== '' && !dev);
    expect(installed.length).toBeGreaterThan(50);
    const components = byRef();
    for (const [at, locked] of installed) {
      const own: { readonly name: string; readonly version: string } = JSON.parse(
        readFileSync(path.join(root, at, 'package.json'), 'utf8'),
      );
      const component = components.get(`${own.name}@${own.version}`);
      const licence = component?.licenses?.map((one) =>
        'expression' in one ? one.expression : (one.license.id ?? one.license.name),
      );
      const [hash] = component?.hashes ?? [];
      const integrity = hash && `sha512-${Buffer.from(hash.content, 'hex').toString('base64')}`;
      expect({ at, version: component?.version, licence, integrity }).toEqual({
        at,
        version: locked.version,
        licence: [locked.license?.replaceAll(/[()]/g, '')],
        integrity: locked.integrity,
      });
    }
    const rest = bill.components.filter((each) => !isInPage(each));
    const names = new Set(
      installed.map(([at, { version }]) => `${at.split('node_modules/').at(-1)}@${version}`),
    );
    expect(new Set(rest.map((each) => each['bom-ref']))).toEqual(names);
  });

  test('has what the page has bundled, and no other tool of development', () => {
    const bundled = bill.components.filter(isInPage).map(({ name }) => name);
    expect(bundled).toEqual(expect.arrayContaining(['preact', 'elkjs']));
    for (const tool of ['vite', 'vitest', 'typescript', 'oxlint', 'node'])
      expect(bill.components.map(({ name }) => name)).not.toContain(tool);
    expect(JSON.stringify(bill)).not.toContain('cdx:npm:package:development');
  });

  test('names in its graph nothing that is not in it', () => {
    const known = new Set([...byRef().keys(), bill.metadata.component['bom-ref']]);
    const named = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !known.has(ref))).toEqual([]);
    expect(new Set(named)).toEqual(known);
  });

  test.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['GPL-3.0-only OR Apache-2.0', true],
    ['ISC AND MIT', true],
    ['GPL-3.0-only', false],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR GPL-3.0-only) AND SSPL-1.0', false],
    ['', false],
  ])('licence "%s" is agreed to: %s', (expression, isFine) => {
    const component = { 'bom-ref': 'x@1', name: 'x', version: '1', licenses: [{ expression }] };
    const complaints = licenceComplaints({ ...bill, components: [component] });
    expect(complaints.join()).toMatch(isFine ? /^$/ : /^x@1 is shipped under .+ nobody has agreed to/);
  });
});

describe('npm run audit', () => {
  const advisory = (id: string, severity: string) => ({
    id,
    url: `https://github.com/advisories/${id}`,
    title: `what ${id} says`,
    severity,
    vulnerable_versions: '<2.0.0',
    cwe: ['CWE-20'],
    cvss: { score: 7.5, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' },
  });
  type Advisories = Readonly<Record<string, ReadonlyArray<ReturnType<typeof advisory>>>>;

  /** A project with one dependency and one tool, and a registry that knows this of them. */
  async function audit(advisories: Advisories | number, reviewed: readonly object[] = []): Promise<Ended> {
    const registry = createServer((request, response) => {
      request.resume().once('end', () => {
        response.setHeader('content-type', 'application/json');
        const isAudit = request.url?.endsWith('/advisories/bulk');
        if (typeof advisories === 'number') response.writeHead(advisories).end('{"error":"not here"}');
        else if (isAudit) response.end(JSON.stringify(advisories));
        else response.writeHead(404).end('{}');
      });
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    onTestFinished(() => void registry.close());
    const address = registry.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const folder = makeFolder();
    const write = (name: string, content: unknown) =>
      writeFileSync(path.join(folder, name), JSON.stringify(content));
    const own = {
      name: 'tried',
      version: '1.0.0',
      dependencies: { shipped: '1.0.0' },
      devDependencies: { tool: '1.0.0' },
    };
    write('package.json', own);
    write('package-lock.json', {
      name: 'tried',
      lockfileVersion: 3,
      packages: {
        '': own,
        'node_modules/shipped': { version: '1.0.0' },
        'node_modules/tool': { version: '1.0.0', dev: true },
      },
    });
    write('reviewed.json', reviewed);
    return await run('audit.ts', ['reviewed.json'], folder, {
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_registry: `http://127.0.0.1:${port}/`,
    });
  }

  const grave = { shipped: [advisory('GHSA-aaaa-aaaa-aaaa', 'high')] };
  const weighed = (until: string) => [
    { advisory: 'GHSA-aaaa-aaaa-aaaa', reason: 'it parses no input', until },
  ];

  test('ends with 0 where nothing is known', async () => {
    expect(await audit({})).toEqual({
      code: 0,
      stdout: 'Nothing grave is known of what is shipped.\n',
      stderr: '',
    });
  });

  test('ends with 1 where something grave is, and says what', async () => {
    expect(await audit(grave)).toMatchObject({
      code: 1,
      stderr:
        'finding: shipped@1.0.0: what GHSA-aaaa-aaaa-aaaa says (high, https://github.com/advisories/GHSA-aaaa-aaaa-aaaa)\n',
    });
  });

  test('only tells of what is slight, and of what concerns development', async () => {
    const { code, stdout } = await audit({
      shipped: [advisory('GHSA-bbbb-bbbb-bbbb', 'moderate')],
      tool: [advisory('GHSA-cccc-cccc-cccc', 'critical')],
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note: shipped@1\.0\.0: .+ \(moderate, .+\)$/m);
    expect(stdout).toMatch(/^note: tool@1\.0\.0: .+ \(critical, .+\); for development only$/m);
  });

  test('takes what was reviewed, until its day', async () => {
    const taken = await audit(grave, weighed('2999-01-01'));
    expect(taken.code).toBe(0);
    expect(taken.stdout).toContain('; reviewed until 2999-01-01: it parses no input');
    const late = await audit(grave, weighed('2020-01-01'));
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('; it was reviewed until 2020-01-01: weigh it again');
    const idle = await audit({}, weighed('2999-01-01'));
    expect(idle.code).toBe(0);
    expect(idle.stdout).toContain('GHSA-aaaa-aaaa-aaaa was reviewed and is no more found: remove it');
  });

  test('ends with 69 where the registry answers no audits, so that it is not taken for a good answer', async () => {
    expect(await audit(405)).toMatchObject({
      code: 69,
      stdout: '',
      stderr: expect.stringMatching(
        /^The registry answers no audits, so nothing is known of the dependencies: 405 Method Not Allowed/,
      ),
    });
  });
});
