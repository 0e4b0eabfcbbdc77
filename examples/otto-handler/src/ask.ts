/** OttoscalerClient from the command line: see README.md. */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ServiceError } from '@grpc/grpc-js';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom, tap } from 'rxjs';
import type { OttoscalerClient } from './ottoscaler/ottoscaler.client.js';
import type { PipelineProgress } from './rpc/contract.js';

const usage = `Usage: npm run <command> -- [--server HOST:PORT] …

  scale-up    --task ID [--workers 1] [--command 'echo hello'] [--image IMAGE]
  scale-down  --task ID [--workers 0]
  status      [--task ID]
  pipeline    [--id ID]    builds, then tests twice side by side, then packs
  cancel      --id ID

The server is OTTOSCALER_HOST, or 127.0.0.1:9090.`;

const options = {
  server: { type: 'string' },
  task: { type: 'string', default: '' },
  workers: { type: 'string' },
  command: { type: 'string' },
  image: { type: 'string', default: '' },
  id: { type: 'string' },
  request: { type: 'string' },
} as const;

type Asked = ReturnType<typeof parse>['values'];

const parse = () => parseArgs({ options, allowPositionals: true });

const say = (answer: unknown): boolean => {
  console.log(JSON.stringify(answer, null, 2));
  return true;
};

/** @returns whether all went well */
const commands: Readonly<Record<string, (otto: OttoscalerClient, asked: Asked) => Promise<boolean>>> = {
  'scale-up': async (otto, { task, workers, command, image, request }) =>
    say(
      await otto.scaleUp({
        task_id: task,
        worker_count: Number(workers ?? 1),
        build_config: { image, command: command ?? '' },
        triggered_by: 'otto-handler',
        metadata: { request_id: request ?? randomUUID() },
      }),
    ),
  'scale-down': async (otto, { task, workers, request }) =>
    say(
      await otto.scaleDown({
        task_id: task,
        worker_count: Number(workers ?? 0),
        metadata: { request_id: request ?? randomUUID() },
      }),
    ),
  status: async (otto, { task }) => say(await otto.workerStatus({ task_id: task })),
  pipeline: async (otto, { id }) => {
    const events = otto.executePipeline({ ...example, pipeline_id: id ?? `example-${randomUUID()}` });
    const last = await lastValueFrom(events.pipe(tap((event) => console.log(eventText(event)))));
    return last.status === 'STAGE_COMPLETED';
  },
  cancel: async (otto, { id }) => say(await otto.cancelPipeline({ pipeline_id: id ?? '' })),
};

const shell = (script: string) => ({ command: ['sh', '-c'], args: [script] });
const example = {
  name: 'example of otto-handler',
  triggered_by: 'otto-handler',
  stages: [
    { stage_id: 'build', type: 'build', worker_count: 1, ...shell('echo "built for $OTTO_TRIGGERED_BY"') },
    {
      stage_id: 'test',
      type: 'test',
      worker_count: 2,
      depends_on: ['build'],
      ...shell('echo "test $OTTO_WORKER_INDEX passed"'),
    },
    { stage_id: 'pack', type: 'custom', worker_count: 1, depends_on: ['test'], ...shell('echo packed') },
  ],
} as const;

function eventText({
  sequence,
  stage_id,
  pipeline_id,
  status,
  message,
  error_message,
}: PipelineProgress): string {
  const why = error_message === '' ? message : error_message;
  return `${sequence} ${stage_id === '' ? `pipeline ${pipeline_id}` : stage_id} ${status} ${why}`.trimEnd();
}

async function ask(): Promise<number> {
  const { values, positionals } = parse();
  const command = commands[positionals[0] ?? ''];
  if (!command) {
    console.error(usage);
    return 2;
  }
  if (values.server !== undefined) process.env['OTTOSCALER_HOST'] = values.server;
  // Only now: their settings are read when they are loaded.
  const [{ OttoscalerModule }, { OttoscalerClient }] = await Promise.all([
    import('./ottoscaler/ottoscaler.module.js'),
    import('./ottoscaler/ottoscaler.client.js'),
  ]);
  const app = await NestFactory.createApplicationContext(OttoscalerModule, { logger: ['warn', 'error'] });
  try {
    return (await command(app.get(OttoscalerClient), values)) ? 0 : 1;
  } finally {
    await app.close();
  }
}

try {
  process.exitCode = await ask();
} catch (error) {
  const { details, message } = error as ServiceError;
  console.error(details ?? message);
  process.exitCode = 1;
}
