/** `ottoscaler healthcheck`, as the image's HEALTHCHECK runs it: beside a server, with that server's environment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram, startServer } from '../support/program.ts';

async function check(env: NodeJS.Dict<string>) {
  const { ended, stdout, stderr } = startProgram('bin/ottoscaler.js', ['healthcheck'], env);
  return { code: await ended, stdout: stdout(), stderr: stderr() };
}

test('who leads is healthy, who stands by is not, and each is told in a sentence', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-health-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--no-node', '--directory', directory]);
  const [, KUBECONFIG = ''] = await local.says(/export KUBECONFIG=(\S+)/);

  const leader = await startServer({ KUBECONFIG, OTTO_IDENTITY: 'first' });
  const port = leader.address.replace(/.*:/, '');
  // As in a container, where it listens on every address.
  expect(await check({ GRPC_HOST: '0.0.0.0', GRPC_PLAINTEXT: 'true', GRPC_PORT: port })).toEqual({
    code: 0,
    stdout: `Ottoscaler at ${leader.address} serves.\n`,
    stderr: '',
  });

  const other = startProgram('bin/ottoscaler.js', [], {
    KUBECONFIG,
    OTTO_IDENTITY: 'second',
    GRPC_PORT: '0',
    HTTP_PORT: '0',
  });
  const [, otherPort] = await other.says(/"port":(\d+).*"msg":"Ottoscaler is listening"/);
  const standby = await check({ GRPC_PORT: otherPort });
  expect(standby).toMatchObject({ code: 1, stdout: '' });
  expect(standby.stderr).toMatch(/^ottoscaler: Ottoscaler at \S+ does not serve now: [^\n]+\n$/);
});

test('where nobody listens it says so within its deadline', async () => {
  const nobody = await check({ GRPC_PORT: '1' });
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toMatch(/^ottoscaler: [^\n]*127\.0\.0\.1:1[^\n]*\n$/);
});
