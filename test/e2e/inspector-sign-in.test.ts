/** The page of a server that asks who looks: signing in, what the role allows, and being shown out. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/client/client.ts';
import type { Role } from '../../src/config/credentials-file.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { startServer } from '../support/program.ts';
import { replaceFile } from '../support/replace-file.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const tokenOf = (name: string) => `a+token/of=${name}`;

class CredentialsFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'otto-sign-in-'));
  readonly path = join(this.#folder, 'credentials.json');

  constructor(entries: Readonly<Record<string, Role>>) {
    this.write(entries);
    onTestFinished(() => rmSync(this.#folder, { recursive: true }));
  }

  write(entries: Readonly<Record<string, Role>>): void {
    const all = Object.entries(entries).map(([name, role]) => ({
      name,
      role,
      tokenSha256: createHash('sha256').update(tokenOf(name)).digest('hex'),
    }));
    replaceFile(this.path, JSON.stringify(all));
  }
}

async function inspected(credentials: CredentialsFile) {
  const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: credentials.path });
  const client = createOttoscalerClient(server.address, { token: tokenOf('otto') });
  onTestFinished(() => client.close());
  await client.scaleUp({ task_id: 'nightly', worker_count: 2, build_config: { command: 'exec sleep 600' } });
  const [, port] = await server.says(/"httpPort":(\d+)/);
  return { url: `http://127.0.0.1:${port}/`, client, says: server.says };
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Token').fill(tokenOf(name));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const task = (page: Page) => page.getByRole('treeitem', { name: /nightly/ }).first();

/** A browser tells of each answer that is no success. */
const troubles = (problems: readonly string[]) =>
  problems.filter((one) => !one.includes('401 (Unauthorized)'));

test('an operator signs in and scales down; a viewer looks; nobody sees nothing', async () => {
  const credentials = new CredentialsFile({ otto: 'handler', kim: 'operator', lee: 'viewer' });
  const { url, client, says } = await inspected(credentials);
  await using opened = await openPage(browser, url);
  const { page } = opened;
  await page.getByRole('heading', { name: 'Who looks?' }).waitFor();
  expect(await page.getByRole('treeitem').count()).toBe(0);

  // What no header may hold is not sent.
  await page.getByLabel('Token').fill('토큰');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('input:invalid').waitFor();

  await signIn(page, 'nobody');
  await page.getByRole('alert').getByText('the credential is not known here.').waitFor();
  await says(/"path":"\/api\/session","peer":"127.0.0.1","why":"the credential is not known here"/);

  await signIn(page, 'lee');
  await page.getByText('viewer').waitFor();
  await task(page).click();
  await page.getByRole('tab', { name: 'Chart' }).waitFor();
  expect(await page.getByRole('button', { name: 'Scale down' }).count()).toBe(0);

  // It is this tab's: it stays while the page is loaded anew, and goes when it is told to.
  await page.reload();
  await task(page).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Who looks?' }).waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

  await signIn(page, 'kim');
  await task(page).click();
  await page.getByRole('button', { name: 'Scale down' }).click();
  await page.getByLabel('Workers that shall remain').fill('0');
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByText('2 terminated').waitFor();
  const { workers } = await client.getWorkerStatus({ task_id: 'nightly' });
  const because = 'deleted: scaled down to 0 by kim (inspector)';
  expect(workers.map(({ error_message }) => error_message)).toEqual([because, because]);
  expect(troubles(opened.problems)).toEqual([]);
});

test('who is taken off the list is shown out, with the reason, and others stay', async () => {
  const credentials = new CredentialsFile({ otto: 'handler', kim: 'operator', lee: 'viewer' });
  const { url } = await inspected(credentials);
  await using first = await openPage(browser, url);
  await using second = await openPage(browser, url, { locale: 'ko-KR' });
  await signIn(first.page, 'kim');
  await task(first.page).waitFor();
  await second.page.getByLabel('토큰').fill(tokenOf('lee'));
  await second.page.getByRole('button', { name: '로그인' }).click();
  await task(second.page).waitFor();

  credentials.write({ otto: 'handler', kim: 'operator' });
  await second.page.getByRole('alert').getByText('이 서버가 모르는 토큰입니다.').waitFor();
  expect(await second.page.getByRole('treeitem').count()).toBe(0);
  await first.page.getByText('Live').waitFor();
  expect(troubles([...first.problems, ...second.problems])).toEqual([]);
});
