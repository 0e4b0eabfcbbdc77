/** ENV_FILE reaches what no table of settings names, in every program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../support/program.ts';

function envFile(lines: readonly string[]): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-env-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, '.env.hanjinwoo.local');
  writeFileSync(file, lines.join('\n'));
  return file;
}

const kubeconfig = JSON.stringify({
  'current-context': 'production',
  contexts: [{ name: 'production', context: { cluster: 'production' } }],
  clusters: [{ name: 'production', cluster: { server: 'https://127.0.0.1:1' } }],
});

test('the server takes the kubeconfig and its context from ENV_FILE', async () => {
  const config = envFile([kubeconfig]);
  const server = startProgram('bin/ottoscaler.js', [], {
    ENV_FILE: envFile([`KUBECONFIG=${config}`, 'KUBE_CONTEXT=kind-ottoscaler-hanjinwoo']),
    HTTP_PORT: 'off',
  });
  expect(await server.ended).toBe(1);
  expect(server.stderr()).toContain(config);
  expect(server.stderr()).toContain('it has no context named kind-ottoscaler-hanjinwoo');
});

test.each([
  ['bin/test-scaling.js', '-action status', 'OTTO_TLS_CERT and OTTO_TLS_KEY belong together'],
  ['bin/test-pipeline.js', '-type simple', 'OTTO_TLS_CERT and OTTO_TLS_KEY belong together'],
  ['bin/test-event.js', '-type scale_up -pods 1', 'REDIS_PORT="none" must be a whole number'],
])('%s %s is set by ENV_FILE, and says where that cannot be read', async (file, line, sentence) => {
  const args = line.split(' ');
  const wrong = startProgram(file, args, {
    ENV_FILE: envFile(['OTTO_TLS_CERT=cert.pem', 'REDIS_PORT=none']),
  });
  expect(await wrong.ended).toBe(2);
  expect(wrong.stderr()).toContain(sentence);

  const missing = startProgram(file, args, { ENV_FILE: '/nonexistent/env' });
  expect(await missing.ended).toBe(2);
  expect(missing.stderr()).toMatch(/^[a-z-]+: ENV_FILE="\/nonexistent\/env" cannot be read: [^\n]+\n$/);
});
