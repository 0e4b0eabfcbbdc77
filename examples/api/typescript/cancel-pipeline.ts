import { client } from './connect.ts';

const pipeline_id = process.argv[2] ?? 'nightly-3';
await client.cancelPipeline({ pipeline_id, mode: 'CANCEL_NOW', reason: 'a newer commit is there' });
// It is durable now. The run has ended when every Pod of it is confirmed gone.
for await (const { stage_id, status } of client.watchPipeline({ pipeline_id }))
  if (stage_id === '') console.log(pipeline_id, status);
client.close();
