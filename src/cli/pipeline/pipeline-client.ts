/** What the tool asks of Ottoscaler. */
import type { OttoscalerClient } from '../../rpc/client.ts';

export type PipelineClient = Pick<
  OttoscalerClient,
  'executePipeline' | 'watchPipeline' | 'cancelPipeline' | 'getPipeline' | 'retryPipeline' | 'getWorkerStatus'
>;
