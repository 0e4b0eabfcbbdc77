import { client } from './connect.ts';

const { total_count, running_count, workers } = await client.getWorkerStatus({ task_id: 'build-42' });
console.log(`${running_count} of ${total_count} run`);
for (const { pod_name, status, reason, error_message } of workers)
  console.log(pod_name, status, error_message || reason);
client.close();
