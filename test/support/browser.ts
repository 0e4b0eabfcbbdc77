/**
 * A real headless Chromium and one page in it: that of the PATH, else Debian's package where this is root. What a page
 * must never do (errors, violations of its CSP, requests to elsewhere) is noted.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const run = promisify(execFile);
const program = 'chromium';
/** Nothing of its own goes out, and it runs as root and without a screen. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors, violations of the CSP and requests to another origin, as sentences. */
  readonly problems: readonly string[];
}

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: await findProgram(), args: flags });
}

/** A page of a context of its own: nothing of another page is in it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 800 },
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const { host } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.host !== host) problems.push(`request to ${asked.href}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) problems.push(`socket to ${socket.url()}`);
  });
  await page.goto(url);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

async function findProgram(): Promise<string> {
  const find = async () => (await run('which', [program]).catch(() => ({ stdout: '' }))).stdout.trim();
  const found = await find();
  if (found !== '') return found;
  if (process.getuid?.() === 0) {
    const quiet = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120'];
    await run('apt-get', [...quiet, 'update']).catch(() => {});
    await run('apt-get', [...quiet, 'install', '--no-install-recommends', program]).catch(() => {});
    const installed = await find();
    if (installed !== '') return installed;
  }
  throw new Error('these tests need chromium on the PATH: `apt-get install chromium`');
}
