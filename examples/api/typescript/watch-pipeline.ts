import { setTimeout } from 'node:timers/promises';
import { OttoscalerClientError, type PipelineProgress } from 'ottoscaler';
import { client } from './connect.ts';

/** Every event of a run once, whatever happens to connections: it goes on behind the last one that was read. */
async function* eventsOf(pipelineId: string): AsyncGenerator<PipelineProgress> {
  let after = 0;
  for (;;) {
    try {
      for await (const event of client.watchPipeline({ pipeline_id: pipelineId, after_sequence: after })) {
        after = event.sequence;
        yield event;
      }
      return;
    } catch (error) {
      if (!(error instanceof OttoscalerClientError) || error.code !== 'UNAVAILABLE') throw error;
      await setTimeout(1_000);
    }
  }
}

for await (const { sequence, stage_id, status } of eventsOf(process.argv[2] ?? 'release-7'))
  console.log(sequence, stage_id || 'pipeline', status);
client.close();
