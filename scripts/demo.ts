/**
 * `make demo`: the built programs as a user runs them, on the embedded cluster, with an otto-handler beside them.
 *
 * Runs the sample project's pipeline with live status and shows the package that it made as its lines came to
 * otto-handler, attaches to the same run again, scales three workers up and down, and ends with nothing left behind.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { DemoPrograms, type WorkerLine } from './demo-programs.ts';

const project = fileURLToPath(new URL('../examples/sample-project', import.meta.url));
const programs = new DemoPrograms();

const say = (text: string) => console.log(`\n${styleText('bold', `── ${text}`)}`);

const isResult = ({ text }: WorkerLine) => text.startsWith('tally-') || text.startsWith('not ok');
const isDemo = ({ taskId }: { readonly taskId: string }) => taskId === 'demo';
const isLast = ({ text }: WorkerLine) => /^worker \d is done/.test(text);

async function showPipeline(): Promise<void> {
  const pipelineFile = path.relative(process.cwd(), path.join(project, 'pipeline.yaml'));
  const execute = ['-file', pipelineFile, '-repo', project, '-id', 'demo-pipeline'];

  say(
    'A pipeline builds, tests and packs a small project; each stage starts the moment its dependencies complete',
  );
  await programs.run('test-pipeline', ...execute);

  say('What came out of it, as otto-handler heard it; the integration test failed once and was tried again');
  for (const { text } of await programs.written(2, isResult)) console.log(`  ${text}`);

  say(
    'The same id with the same content starts nothing: it attaches to the run and shows it from its beginning',
  );
  await programs.run('test-pipeline', ...execute);
}

async function showScaling(): Promise<void> {
  const command = [
    'echo "worker $OTTO_WORKER_INDEX of $OTTO_WORKER_COUNT begins"',
    'sleep $((1 + OTTO_WORKER_INDEX))',
    'echo "worker $OTTO_WORKER_INDEX is done, pid $$ on $(uname -s)"',
  ].join('; ');
  const scaleUp = ['-action', 'scale-up', '-workers', '3'];

  say('Without a pipeline: three workers are scaled up, live until each Pod is confirmed gone');
  await programs.run('test-scaling', ...scaleUp, '-task', 'demo', '-command', command, '-watch');

  say('What otto-handler, a NestJS service, heard of them: their lines and each step of their lives');
  for (const { podName, text } of await programs.written(3, isLast)) console.log(`  ${podName}  ${text}`);
  for (const { podName, step } of await programs.notices(9, isDemo)) console.log(`  ${podName}  ${step}`);

  say('Three workers that would run for an hour are scaled down to one, then to none');
  const service = ['-task', 'service'];
  await programs.run('test-scaling', ...scaleUp, ...service, '-command', 'exec sleep 3600');
  for (const workers of ['1', '0'])
    await programs.run('test-scaling', '-action', 'scale-down', '-workers', workers, ...service);
  await programs.run('test-scaling', '-action', 'status', ...service);
}

async function demo(): Promise<void> {
  say('otto-handler starts, then Ottoscaler with the embedded Kubernetes, on free ports of 127.0.0.1');
  await programs.startServer(await programs.startHandler());
  await showPipeline();
  await showScaling();
  say('Both end');
  await programs.endAll();
  console.log('Nothing is left running.');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    programs.end();
    process.exitCode = 130;
  });
}

try {
  await demo();
} catch (error) {
  programs.end();
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode ||= 1;
}
