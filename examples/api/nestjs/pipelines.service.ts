import { Inject, Injectable } from '@nestjs/common';
import type {
  OttoscalerClient,
  PipelineProgress,
  PipelineRequest,
  PipelineStatus,
  PipelineSummary,
} from 'ottoscaler';
import type { Observable } from 'rxjs';
import { observableOf } from './observable-of.js';
import { OTTOSCALER } from './ottoscaler.token.js';

@Injectable()
export class PipelinesService {
  constructor(@Inject(OTTOSCALER) private readonly ottoscaler: OttoscalerClient) {}

  // #region executePipeline
  /** Every event, also for a @Sse() route. Unsubscribing ends the stream and not the run. */
  execute(pipeline: PipelineRequest): Observable<PipelineProgress> {
    return observableOf((signal) => this.ottoscaler.executePipeline(pipeline, { signal }));
  }
  // #endregion

  // #region watchPipeline
  watch(pipelineId: string, afterSequence = 0): Observable<PipelineProgress> {
    const request = { pipeline_id: pipelineId, after_sequence: afterSequence };
    return observableOf((signal) => this.ottoscaler.watchPipeline(request, { signal }));
  }
  // #endregion

  // #region getPipeline
  get(pipelineId: string): Promise<PipelineStatus> {
    return this.ottoscaler.getPipeline({ pipeline_id: pipelineId });
  }
  // #endregion

  // #region listPipelines
  async running(): Promise<readonly PipelineSummary[]> {
    const { pipelines } = await this.ottoscaler.listPipelines({ status_filter: 'running', page_size: 1_000 });
    return pipelines;
  }
  // #endregion

  // #region cancelPipeline
  async cancel(pipelineId: string, reason: string): Promise<void> {
    await this.ottoscaler.cancelPipeline({ pipeline_id: pipelineId, mode: 'CANCEL_RUN_FINALLY', reason });
  }
  // #endregion

  // #region retryPipeline
  /** @returns the id of the new run */
  async retry(pipelineId: string): Promise<string> {
    const { pipeline_id } = await this.ottoscaler.retryPipeline({ pipeline_id: pipelineId });
    return pipeline_id;
  }
  // #endregion
}
