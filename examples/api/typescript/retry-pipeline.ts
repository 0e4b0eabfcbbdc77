import { client } from './connect.ts';

const retried = await client.retryPipeline({ pipeline_id: process.argv[2] ?? 'nightly-3' });
console.log(retried.pipeline_id, 'runs again:', retried.rerun_stage_ids, 'reused:', retried.reused.length);
client.close();
