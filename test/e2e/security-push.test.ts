/** Workers that push their lines to a server with TLS, and with mTLS: whom they trust, and what they may reach. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { workerTokens } from '../../src/logs/sessions/worker-token.ts';
import { createOttoscalerClient, type ClientCredentials } from '../../src/rpc/client.ts';
import { LogStreamingServiceClient } from '../../src/rpc/contract.ts';
import { sh, startAgent } from '../support/agent-process.ts';
import { Certificates, contents, type Pem } from '../support/certificates.ts';
import { LogServer } from '../support/log-server.ts';
import { startProgram, startServer, type Program } from '../support/program.ts';
import { replaceFile } from '../support/replace-file.ts';
import { freePort } from '../support/scripted-ottoscaler.ts';
import { until } from '../support/until.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-push-tls-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const certificates = new Certificates(directory);
const key = 'CANARY-key-of-the-tokens';
const agent = `${process.execPath} ${path.resolve(import.meta.dirname, '../../bin/otto-agent.js')}`;
/** Told to Pods before the server listens, so it is chosen here. */
const port = await freePort();

let ours: Pem, theirs: Pem, server: Pem, caller: Pem, elsewhere: Pem;
beforeAll(() => {
  ours = certificates.authority('ours');
  theirs = certificates.authority('theirs');
  server = certificates.signed('server', ours);
  caller = certificates.signed('caller', ours);
  elsewhere = certificates.signed('elsewhere', ours, 'DNS:elsewhere.example.com');
});

const withTls = () => ({
  OTTO_CLUSTER: 'local',
  GRPC_TLS_CERT: server.certificate,
  GRPC_TLS_KEY: server.key,
  WORKER_LOG_ENDPOINT: `127.0.0.1:${port}`,
  WORKER_TOKEN_KEY: key,
});

/** The texts of lines that were pushed: their streams alone are of the agent's naming. */
function pushed(program: Program): readonly string[] {
  return program
    .stdout()
    .split('\n')
    .filter((line) => line.includes('/worker~') && !line.includes('"gap"'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

function clientOf(address: string, shown: ClientCredentials) {
  const client = createOttoscalerClient(address, shown);
  onTestFinished(() => client.close());
  return client;
}

const printing = (word: string) => ({ command: `exec ${agent} -- sh -c 'echo ${word}; env'` });

test('a worker knows the server by the authority that was in force when its Pod was made', async () => {
  const WORKER_LOG_CA = path.join(directory, 'for-workers.crt');
  writeFileSync(WORKER_LOG_CA, readFileSync(theirs.certificate));
  const running = await startServer({ ...withTls(), GRPC_PORT: String(port), WORKER_LOG_CA });
  await running.says(/no authority of WORKER_LOG_CA has signed GRPC_TLS_CERT/);
  const client = clientOf(running.address, { tls: { ca: readFileSync(ours.certificate) } });
  const scaleUp = (task: string) =>
    client.scaleUp({ task_id: task, worker_count: 1, build_config: printing(task) });

  await scaleUp('distrustful');
  // It runs all the same, and what it could not deliver is counted.
  await running.says(/"reason":"not-pushed"/);
  await running.says(/"msg":"worker cleaned up"/);
  expect(pushed(running)).toEqual([]);

  // As while an authority is replaced: the old one stands beside the new one.
  const both = [theirs, ours]
    .map(({ certificate }) => readFileSync(certificate, 'utf8'))
    .join('# a comment\n');
  replaceFile(WORKER_LOG_CA, both);
  await running.says(/the authorities that workers are given were replaced/);
  await scaleUp('trusting');
  await until('its lines were pushed', () => pushed(running).includes('trusting'));
  await until('all of them', () => pushed(running).some((line) => line.startsWith('OTTO_WORKER_ID=')));
  expect(pushed(running).join('\n')).not.toMatch(
    /OTTO_LOG_CA|OTTO_LOG_ENDPOINT|OTTO_WORKER_TOKEN|BEGIN CERT/,
  );
});

describe('with mTLS', () => {
  const start = (more: object = {}) =>
    startServer({
      ...withTls(),
      GRPC_TLS_CLIENT_CA: ours.certificate,
      WORKER_LOG_PORT: String(port),
      WORKER_LOG_CA: ours.certificate,
      ...more,
    });

  test('workers push to a port of their own, where a token is enough, and nothing else is served', async () => {
    const running = await start();
    const ca = readFileSync(ours.certificate);
    const client = clientOf(running.address, { tls: { ca, ...contents(caller) } });
    const { worker_pod_names: names } = await client.scaleUp({
      task_id: 'pushing',
      worker_count: 1,
      build_config: { command: `exec ${agent} -- sh -c 'echo pushed; exec sleep 600'` },
    });
    await until('its line was pushed', () => pushed(running).includes('pushed'));

    const atWorkers = clientOf(`127.0.0.1:${port}`, { tls: { ca } });
    const call = { build_config: printing('no'), task_id: 'no', worker_count: 1 };
    await expect(atWorkers.scaleUp(call)).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
    await expect(atWorkers.getWorkerStatus({})).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
    const door = new LogStreamingServiceClient(`127.0.0.1:${port}`, credentials.createSsl(ca));
    onTestFinished(() => door.close());
    const register = (bearer: string) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const metadata = new Metadata();
      if (bearer !== '') metadata.set('authorization', `Bearer ${bearer}`);
      door.registerWorker({ worker_id: names[0] ?? '' }, metadata, (error, answer) =>
        resolve(error ? (status[error.code] ?? '') : (answer?.status ?? '')),
      );
      return promise;
    };
    const tokens = workerTokens(key);
    expect(await register('')).toBe('UNAUTHENTICATED');
    expect(await register(tokens.tokenOf('another'))).toBe('UNAUTHENTICATED');
    expect(await register(tokens.tokenOf(names[0] ?? ''))).toBe('ALREADY_REGISTERED');
    // The callers' port stays closed to who has no certificate, also with a worker's token.
    const atCallers = clientOf(running.address, { tls: { ca }, token: tokens.tokenOf(names[0] ?? '') });
    await expect(atCallers.getWorkerStatus({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('what workers would need and lack is said at the start in one sentence', async () => {
    const refusal = async (env: NodeJS.Dict<string>) => {
      const program = startProgram('bin/ottoscaler.js', [], { GRPC_PORT: '0', HTTP_PORT: '0', ...env });
      expect(await program.ended).toBe(1);
      return program.stderr();
    };
    expect(await refusal(withTls())).toContain('needs WORKER_LOG_CA, the PEM file of the authority');
    const mutual = { ...withTls(), WORKER_LOG_CA: ours.certificate, GRPC_TLS_CLIENT_CA: ours.certificate };
    expect(await refusal(mutual)).toContain('needs WORKER_LOG_PORT: workers have no client certificate');
    expect(await refusal({ ...withTls(), WORKER_LOG_CA: ours.key })).toMatch(
      /^ottoscaler: WORKER_LOG_CA=".*" cannot be used: there is no certificate in it\n$/,
    );
  });
});

describe('otto-agent and a server that does not suit it', () => {
  /** Runs until it is told to end, so that the agent has all the time that it needs for a sentence. */
  const command = sh('trap "exit 7" TERM; echo out; echo err >&2; while :; do sleep 0.1; done');

  async function sentenceOf(
    endpoint: string,
    authority: string,
    ...more: readonly string[]
  ): Promise<string> {
    const options = ['--flush-timeout', '100ms', ...more];
    const run = startAgent(command, { endpoint, options, env: { OTTO_LOG_CA: authority } });
    const found = await until('the sentence', () => /^otto-agent: (.+)$/m.exec(run.stderr()));
    await run.says(/^out$/m);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(7);
    expect(run.stderr()).toMatch(/^err$/m);
    expect(run.stderr()).toContain(`2 lines were not delivered to ${endpoint}`);
    expect(run.stderr()).not.toMatch(/Deprecat|Warning/);
    return found[1] ?? '';
  }

  test('it names an authority that is not known, a lack of TLS on either side, and another name', async () => {
    const running = await startServer({ ...withTls(), GRPC_PORT: '0', WORKER_LOG_ENDPOINT: '' });
    const known = readFileSync(ours.certificate, 'utf8');
    expect(await sentenceOf(running.address, readFileSync(theirs.certificate, 'utf8'))).toBe(
      `${running.address} shows a certificate of an authority that is not known here: check OTTO_LOG_CA, which says whom to trust; the command goes on, and its lines wait for a better answer`,
    );
    expect(await sentenceOf(running.address, '')).toMatch(
      /hangs up at once; it may ask for TLS: check OTTO_LOG_CA, which is not set/,
    );
    await using plain = await new LogServer().listen();
    expect(await sentenceOf(plain.address, known)).toContain('does not speak TLS: check OTTO_LOG_CA');
    expect(plain.registrations).toEqual([]);
    const named = await startServer({
      ...withTls(),
      GRPC_TLS_CERT: elsewhere.certificate,
      GRPC_TLS_KEY: elsewhere.key,
      GRPC_PORT: '0',
      WORKER_LOG_ENDPOINT: '',
    });
    expect(await sentenceOf(named.address, known)).toContain('shows a certificate of another name (');
  });

  test('an authority that is none ends the trying, not the command', async () => {
    await using plain = await new LogServer().listen();
    expect(await sentenceOf(plain.address, 'nonsense')).toBe(
      `${plain.address} takes no lines (INVALID_ARGUMENT: the authority cannot be used: there is no certificate in it); going on without it`,
    );
  });

  test('a file may hold the authority, and one that cannot be read is an error of the agent', async () => {
    const running = await startServer({ ...withTls(), GRPC_PORT: '0', WORKER_LOG_ENDPOINT: '' });
    // Trusted, and then asked who is there.
    expect(await sentenceOf(running.address, 'outranked', '--ca', ours.certificate)).toContain(
      'takes no lines (UNAUTHENTICATED',
    );
    const missing = startAgent(['true'], { options: ['--ca', `${directory}/missing`] });
    expect(await missing.ended).toBe(125);
    expect(missing.stderr()).toMatch(/^otto-agent: --ca ".*missing" cannot be read: ENOENT/);
  });
});
