/** A server that records, is killed, and is started again: both lives are in its file, and are lived again. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startProgram, startServer } from '../support/program.ts';
import { until } from '../support/until.ts';

const canary = 'CANARY-hunter2';

test(
  'an incident is recorded without its secrets, and replayed',
  { tags: ['I13'], timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'otto-incident-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const RECORD_FILE = path.join(folder, 'incident.jsonl');
    const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--directory', folder]);
    const [, KUBECONFIG = ''] = await local.says(/export KUBECONFIG=(\S+)/);

    const first = await startServer({ KUBECONFIG, RECORD_FILE });
    await scaleUp(first.address);
    // What happened in the last moments before a kill is not on the disk yet.
    await until('the beginning of a recording', () => {
      return existsSync(RECORD_FILE) && readFileSync(RECORD_FILE, 'utf8').includes('\n');
    });
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await startServer({ KUBECONFIG, RECORD_FILE });
    await scaleUp(second.address);
    await second.says(/"msg":"worker cleaned up"/);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);

    const file = readFileSync(RECORD_FILE, 'utf8');
    expect(file).not.toContain(canary);
    const replay = startProgram('bin/ottoscaler.js', ['replay', RECORD_FILE]);
    expect([await replay.ended, replay.stderr()]).toEqual([0, '']);
    expect(replay.stdout()).toContain('It is the last of 2 that were recorded here.');
    expect(replay.stdout()).toContain('it ends there because the process ended');
  },
);

async function scaleUp(address: string): Promise<void> {
  const client = createOttoscalerClient(address);
  try {
    await client.scaleUp(
      {
        task_id: 'incident',
        worker_count: 2,
        build_config: {
          command: `echo ${canary}`,
          environment_variables: JSON.stringify({ SECRET: canary }),
        },
      },
      { timeoutMs: 20_000 },
    );
  } finally {
    client.close();
  }
}
