/** The client of examples/otto-handler, by its npm scripts, against a real Ottoscaler with its embedded cluster. */
import { beforeAll, expect, test } from 'vitest';
import { buildOttoHandler, npm } from '../support/otto-handler-example.ts';
import { startServer } from '../support/server-process.ts';

beforeAll(buildOttoHandler, 300_000);

test('scales a task up, sees its workers, and scales it down', async () => {
  await using ottoscaler = await startServer({ OTTO_CLUSTER: 'local' });
  const server = ['--server', ottoscaler.address, '--task', 'nest'];
  const scaleUp = [
    'scale-up',
    '--',
    ...server,
    '--workers',
    '2',
    '--request',
    'r1',
    '--command',
    'sleep 600',
  ];
  const up = await npm('run', '--silent', ...scaleUp);
  expect(up).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(up.stdout)).toMatchObject({ status: 'SUCCESS', processed_count: 2 });
  expect(JSON.parse((await npm('run', '--silent', ...scaleUp)).stdout)).toMatchObject({
    status: 'ALREADY_PROCESSED',
  });
  const status = JSON.parse((await npm('run', '--silent', 'status', '--', ...server)).stdout);
  expect(status).toMatchObject({ total_count: 2, workers: [{ task_id: 'nest' }, { task_id: 'nest' }] });
  const down = await npm('run', '--silent', 'scale-down', '--', ...server);
  expect(JSON.parse(down.stdout)).toMatchObject({ status: 'SUCCESS', processed_count: 2 });
});

test('runs a pipeline and shows every event until its end', async () => {
  await using ottoscaler = await startServer({ OTTO_CLUSTER: 'local' });
  const server = ['--server', ottoscaler.address];
  const { code, stdout } = await npm('run', '--silent', 'pipeline', '--', ...server, '--id', 'nest-1');
  const events = stdout.trimEnd().split('\n');
  expect(events.map((event) => Number.parseInt(event, 10))).toEqual(events.map((_, at) => at + 1));
  expect(events.at(-1)).toMatch(/^\d+ pipeline nest-1 STAGE_COMPLETED/);
  for (const stage of ['build', 'test', 'pack'])
    expect(stdout).toMatch(new RegExp(`^\\d+ ${stage} STAGE_COMPLETED`, 'm'));
  expect(code).toBe(0);
  const cancel = await npm('run', '--silent', 'cancel', '--', ...server, '--id', 'nest-1');
  expect(cancel.code).toBe(1);
  expect(cancel.stderr).toContain('nest-1');
});
