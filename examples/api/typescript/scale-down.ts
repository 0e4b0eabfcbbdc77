import { client } from './connect.ts';

const { status, processed_count, worker_pod_names } = await client.scaleDown({
  task_id: 'build-42',
  worker_count: 0, // so many shall remain
  reason: 'the build was cancelled',
});
console.log(status, processed_count, worker_pod_names);
client.close();
