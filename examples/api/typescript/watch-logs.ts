import { client } from './connect.ts';

for await (const { entries } of client.watchLogs({
  pipeline_id: process.argv[2] ?? 'release-7',
  follow: true,
}))
  for (const { worker_id, message, metadata } of entries)
    console.log(
      worker_id,
      metadata['otto.gap'] === undefined ? message : `lines are missing: ${metadata['otto.gap']}`,
    );
client.close();
