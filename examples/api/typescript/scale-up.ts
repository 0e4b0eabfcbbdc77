import { client } from './connect.ts';

const { status, message, worker_pod_names } = await client.scaleUp({
  task_id: 'build-42',
  worker_count: 2,
  repository: 'example/shop',
  commit_sha: 'abc123',
  build_config: { command: 'echo "$SUITE, part $OTTO_WORKER_INDEX"; sleep 300', SUITE: 'unit' },
  metadata: { request_id: '1' },
});
console.log(status, message, worker_pod_names);
client.close();
