import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram, startServer } from '../support/program.ts';

const wrong = [
  ['GRPC_PORT', 'ninety', 'GRPC_PORT="ninety" must be a whole number from 0 to 65535'],
  ['GRPC_PORT', '70000', 'GRPC_PORT="70000" must be at most 65535'],
  ['HTTP_PORT', 'eighty', 'HTTP_PORT="eighty" must be a whole number from 0 to 65535, or off'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL="loud" must be one of trace, debug, info, warn, error, fatal, silent'],
  ['NAMESPACE', 'My_Space', 'NAMESPACE="My_Space" must be a namespace name'],
  ['OTTO_CLUSTER', 'nomad', 'OTTO_CLUSTER="nomad" must be one of kubernetes, local'],
  ['WORKER_MEMORY_LIMIT', 'lots', 'WORKER_MEMORY_LIMIT="lots" must be a Kubernetes quantity'],
  ['LEASE_RENEW_SECONDS', '6', 'LEASE_RENEW_SECONDS="6" must be less than LEASE_SECONDS="6"'],
  ['LEASE_RETRY_SECONDS', '5', 'LEASE_RETRY_SECONDS="5" must be less than LEASE_RENEW_SECONDS="4"'],
  ['OTTO_IDENTITY', 'two words', 'OTTO_IDENTITY="two words" must be at most 253 printable characters'],
  ['GRPC_HOST', '0.0.0.0', 'GRPC_HOST="0.0.0.0" is outside loopback'],
  ['ENV_FILE', '/nonexistent/env', 'ENV_FILE="/nonexistent/env" cannot be read'],
  ['KUBECONFIG', '/nonexistent/kubeconfig', '/nonexistent/kubeconfig'],
] as const;

test.each(wrong)(
  '%s=%s stops the server with one line that says which and why',
  async (name, value, line) => {
    const server = startProgram('bin/ottoscaler.js', [], { [name]: value });
    expect(await server.ended).toBe(1);
    expect(server.stderr()).toMatch(/^ottoscaler: [^\n]+\n$/);
    expect(server.stderr()).toContain(line);
  },
);

test.each(['GRPC_PORT', 'HTTP_PORT'])('a %s that is taken is named', async (name) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = String(typeof address === 'object' && address ? address.port : 0);
  const server = startProgram('bin/ottoscaler.js', [], {
    OTTO_CLUSTER: 'local',
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    [name]: port,
  });
  expect(await server.ended).toBe(1);
  expect(server.stderr()).toContain(`cannot listen on 127.0.0.1:${port}`);
});

test('ENV_FILE sets what the environment does not', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'env');
  writeFileSync(file, 'OTTO_CLUSTER=local\nNAMESPACE=kube-system\nLOG_LEVEL=silent\n');
  const server = await startServer({ ENV_FILE: file, LOG_LEVEL: 'info' });
  expect(server.stdout()).toContain('"namespace":"kube-system"');
});

test.each([['bin/ottoscaler.js'], ['bin/test-scaling.js']])('%s -h explains itself', async (file) => {
  const program = startProgram(file, ['-h']);
  expect(await program.ended).toBe(0);
  expect(program.stdout()).toContain('Usage:');
});

test('an unknown command is refused with what there is', async () => {
  const program = startProgram('bin/ottoscaler.js', ['lokal-cluster']);
  expect(await program.ended).toBe(1);
  expect(program.stderr()).toContain('ottoscaler -h');
});
