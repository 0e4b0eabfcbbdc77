/** The HTTP port with a certificate: the page, its WebSocket and the metrics, and a certificate that is replaced. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Certificates, type Pem } from '../support/certificates.ts';
import { startProgram, startServer } from '../support/program.ts';
import { until } from '../support/until.ts';

let directory: string;
let certificates: Certificates;
let authority: Pem;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'otto-https-'));
  certificates = new Certificates(directory);
  authority = certificates.authority('authority');
});

afterAll(() => rmSync(directory, { recursive: true }));

const ca = () => readFileSync(authority.certificate);
const settingsOf = ({ certificate, key }: Pem) => ({ HTTP_TLS_CERT: certificate, HTTP_TLS_KEY: key });

async function started(pem: Pem): Promise<{ says: (pattern: RegExp) => Promise<unknown>; port: number }> {
  const server = await startServer({ OTTO_CLUSTER: 'local', ...settingsOf(pem) });
  const [, port] = await server.says(/"httpPort":(\d+)/);
  return { says: server.says, port: Number(port) };
}

async function ask(port: number, where: string): Promise<{ status: number | undefined; text: string }> {
  const [response] = await once(
    get({ host: 'localhost', port, path: where, ca: ca(), agent: false }),
    'response',
  );
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text };
}

/** The serial number of the certificate that is met. */
async function met(port: number): Promise<string> {
  const socket: TLSSocket = connect({ host: 'localhost', port, ca: ca(), servername: 'localhost' });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('health, metrics, the page and its WebSocket are served over TLS alone', async () => {
  const { port } = await started(certificates.signed('web', authority));
  expect(await ask(port, '/readyz')).toEqual({ status: 200, text: 'Ottoscaler is at work.\n' });
  expect((await ask(port, '/metrics')).text).toContain('ottoscaler_workers');
  expect((await ask(port, '/')).text).toContain('<title>');
  const page = new WebSocket(`wss://localhost:${port}/inspect`, { ca: ca() });
  const [greeting] = await once(page, 'message');
  expect(JSON.parse(String(greeting))).toMatchObject({ type: 'hello', session: { role: 'operator' } });
  page.terminate();
  await expect(fetch(`http://localhost:${port}/readyz`)).rejects.toThrow('fetch failed');
});

test('a certificate that is replaced is met by who comes next; one that cannot be used is not taken', async () => {
  const own = certificates.signed('own', authority);
  const next = certificates.signed('next', authority);
  const { port, says } = await started(own);
  const before = await met(port);
  copyFileSync(next.key, own.key);
  await says(/the key does not belong to the certificate; what was there before stays in force/);
  expect(await met(port)).toBe(before);
  copyFileSync(next.certificate, own.certificate);
  await until('the new certificate', async () => (await met(port)) !== before);
});

test('what cannot be used is said at the start', async () => {
  const { certificate } = certificates.signed('one', authority);
  const { key } = certificates.signed('other', authority);
  const refusal = async (env: Record<string, string>) => {
    const server = startProgram('bin/ottoscaler.js', [], { OTTO_CLUSTER: 'local', GRPC_PORT: '0', ...env });
    expect(await server.ended).toBe(1);
    return server.stderr();
  };
  expect(await refusal({ HTTP_TLS_CERT: certificate })).toBe(
    'ottoscaler: HTTP_TLS_CERT and HTTP_TLS_KEY belong together: set both or neither\n',
  );
  expect(await refusal(settingsOf({ certificate, key }))).toBe(
    `ottoscaler: HTTP_TLS_CERT="${certificate}" cannot be used: the key does not belong to the certificate\n`,
  );
});
