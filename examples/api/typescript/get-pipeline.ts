import { client } from './connect.ts';

const { summary, stages } = await client.getPipeline({ pipeline_id: process.argv[2] ?? 'release-7' });
console.log(summary?.status, `${summary?.progress_percentage} %`, summary?.error_message);
for (const { stage_id, status, attempt } of stages) console.log(stage_id, status, attempt);
client.close();
