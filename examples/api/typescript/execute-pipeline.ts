import { client } from './connect.ts';

const events = client.executePipeline({
  pipeline_id: process.argv[2] ?? 'release-7',
  repository: 'example/shop',
  stages: [
    { stage_id: 'build', type: 'build', worker_count: 1, command: ['sh', '-c', 'echo built'] },
    {
      stage_id: 'test',
      type: 'test',
      worker_count: 2,
      depends_on: ['build'],
      command: ['sh', '-c', 'echo "part $OTTO_WORKER_INDEX passed"'],
      retry_policy: { max_attempts: 2, retry_delay_seconds: 5, retryable_failures: ['exit-code'] },
    },
  ],
});
for await (const { sequence, stage_id, status, message, error_message } of events)
  console.log(sequence, stage_id || 'pipeline', status, error_message || message);
client.close();
