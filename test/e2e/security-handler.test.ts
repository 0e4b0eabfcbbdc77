/** otto-handler behind TLS: what is said of one that cannot be trusted, and that nothing is lost until it can. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { messageOf } from '../../src/error-message.ts';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { createHandlerClient } from '../../src/rpc/handler/handler-client.ts';
import { openHandlerCredentials, type HandlerFiles } from '../../src/rpc/security/handler-credentials.ts';
import { Certificates, contents, type Pem } from '../support/certificates.ts';
import { startProgram, startServer } from '../support/program.ts';
import { replaceFile } from '../support/replace-file.ts';
import { ScriptedHandler } from '../support/scripted-handler.ts';
import { until } from '../support/until.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-handler-tls-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const certificates = new Certificates(directory);

let ours: Pem, theirs: Pem, handlers: Pem, caller: Pem, stranger: Pem;
beforeAll(() => {
  ours = certificates.authority('ours');
  theirs = certificates.authority('theirs');
  handlers = certificates.signed('otto-handler', ours);
  caller = certificates.signed('ottoscaler', ours);
  stranger = certificates.signed('stranger', theirs);
});

const tls = (own: Pem, clientCa?: Pem) =>
  ServerCredentials.createSsl(
    clientCa ? readFileSync(clientCa.certificate) : null,
    [{ cert_chain: contents(own).certificate, private_key: contents(own).key }],
    clientCa !== undefined,
  );

async function startHandler(credentials: ServerCredentials): Promise<ScriptedHandler> {
  const handler = new ScriptedHandler();
  handler.credentials = credentials;
  await handler.start();
  onTestFinished(() => handler.kill());
  return handler;
}

/** @returns what a notice came to: the answer, or why there was none */
function noticeTo({ address }: ScriptedHandler, files: HandlerFiles): Promise<string> {
  const shown = openHandlerCredentials(files, { replaced: () => {}, failed: () => {} });
  const client = createHandlerClient(address, shown);
  onTestFinished(() => {
    client.close();
    shown.close();
  });
  return client.notify({ worker_id: 'w', status: 'RUNNING' }, 30_000).catch(messageOf);
}

describe('what is wrong is one sentence', () => {
  test('with a certificate of otto-handler', async () => {
    const trusting = { authority: ours.certificate };
    const good = await startHandler(tls(handlers));
    expect(await noticeTo(good, trusting)).toBe('RECEIVED');
    expect(await noticeTo(good, { authority: theirs.certificate })).toBe(
      `otto-handler at ${good.address} shows a certificate of an authority that is not known here; see the settings OTTO_HANDLER_TLS_…`,
    );
    expect(await noticeTo(good, { authority: 'system' })).toContain('of an authority that is not known here');
    expect(await noticeTo(good, {})).toContain('hangs up at once; it may ask for TLS');
    const plain = await startHandler(ServerCredentials.createInsecure());
    expect(await noticeTo(plain, trusting)).toContain('does not speak TLS');
    const late = await startHandler(tls(certificates.expired('late', ours)));
    expect(await noticeTo(late, trusting)).toContain('shows a certificate that has expired');
    const other = await startHandler(tls(certificates.signed('other', ours, 'DNS:other.example.com')));
    expect(await noticeTo(other, trusting)).toContain('shows a certificate of another name (');
  });

  test('with the certificate that it is shown', async () => {
    const mutual = await startHandler(tls(handlers, ours));
    const authority = ours.certificate;
    expect(await noticeTo(mutual, { authority, ...caller })).toBe('RECEIVED');
    expect(await noticeTo(mutual, { authority })).toContain('asks for a client certificate');
    expect(await noticeTo(mutual, { authority, ...stranger })).toMatch(
      /it may ask for another client certificate/,
    );
  });

  test('with the settings, at the start', async () => {
    const refusal = async (env: NodeJS.Dict<string>) => {
      const OTTO_HANDLER_HOST = 'otto-handler:50051';
      const program = startProgram('bin/ottoscaler.js', [], {
        OTTO_HANDLER_HOST,
        OTTO_CLUSTER: 'local',
        ...env,
      });
      expect(await program.ended).toBe(1);
      return program.stderr();
    };
    const [OTTO_HANDLER_TLS_CA, OTTO_HANDLER_TLS_CERT] = [ours.certificate, caller.certificate];
    expect(await refusal({ OTTO_HANDLER_TLS_CA, OTTO_HANDLER_TLS_CERT })).toContain('belong together');
    expect(await refusal({ OTTO_HANDLER_TLS_CERT, OTTO_HANDLER_TLS_KEY: caller.key })).toContain(
      'needs OTTO_HANDLER_TLS_CA: without it otto-handler is called in plaintext',
    );
    const OTTO_HANDLER_TOKEN_FILE = caller.key;
    expect(await refusal({ OTTO_HANDLER_TOKEN_FILE })).toContain('to show the token unencrypted');
    expect(await refusal({ OTTO_HANDLER_TLS_CA, OTTO_HANDLER_TOKEN_FILE })).toMatch(
      /^ottoscaler: what OTTO_HANDLER_TLS_… and OTTO_HANDLER_TOKEN_FILE name cannot be used: it holds no token/,
    );
    expect(await refusal({ OTTO_HANDLER_TLS_CA: '/nonexistent' })).toContain('ENOENT');
  });
});

test(
  'lines and notices wait until otto-handler can be trusted, by the files as they are then',
  { tags: ['G5'] },
  async () => {
    const handler = await startHandler(tls(handlers, ours));
    const file = (name: string) => path.join(directory, `in-use-${name}`);
    const files = {
      ca: file('ca.crt'),
      certificate: file('tls.crt'),
      key: file('tls.key'),
      token: file('token'),
    };
    replaceFile(files.ca, readFileSync(theirs.certificate));
    replaceFile(files.certificate, readFileSync(stranger.certificate));
    replaceFile(files.key, readFileSync(stranger.key));
    replaceFile(files.token, 'CANARY-first\n');
    const server = await startServer({
      OTTO_CLUSTER: 'local',
      OTTO_HANDLER_HOST: handler.address,
      OTTO_HANDLER_TLS_CA: files.ca,
      OTTO_HANDLER_TLS_CERT: files.certificate,
      OTTO_HANDLER_TLS_KEY: files.key,
      OTTO_HANDLER_TOKEN_FILE: files.token,
    });
    const client = createOttoscalerClient(server.address);
    onTestFinished(() => client.close());
    const { worker_pod_names: names } = await client.scaleUp({
      task_id: 'waiting',
      worker_count: 1,
      build_config: { command: 'echo first; echo last' },
    });
    await server.says(
      /shows a certificate of an authority that is not known here.*"msg":"The stream of log lines/,
    );
    await server.says(
      /shows a certificate of an authority that is not known here.*"msg":"otto-handler answers no notice/,
    );
    expect(handler.messages + handler.notified.length).toBe(0);

    replaceFile(files.ca, readFileSync(ours.certificate));
    replaceFile(files.certificate, readFileSync(caller.certificate));
    replaceFile(files.key, readFileSync(caller.key));
    const textsOf = () => [...handler.kept.values()].flat().map(({ message }) => message);
    await until('both lines arrive', () => textsOf().length === 2, { timeoutMs: 60_000 });
    expect(textsOf()).toEqual(['first', 'last']);
    await until('its whole life is told', () => handler.notified.length >= 3, { timeoutMs: 60_000 });
    expect(new Set(handler.notified.map(({ worker_id: id }) => id))).toEqual(new Set(names));
    expect(handler.shown).toEqual(new Set(['Bearer CANARY-first']));

    replaceFile(files.token, 'CANARY-second\n');
    await server.says(/"msg":"the token for otto-handler was replaced"/);
    await client.scaleUp({ task_id: 'later', worker_count: 1, build_config: { command: ':' } });
    await until('the token of now is shown', () => handler.shown.has('Bearer CANARY-second'));
    expect(server.stdout() + server.stderr()).not.toContain('CANARY');
  },
);
