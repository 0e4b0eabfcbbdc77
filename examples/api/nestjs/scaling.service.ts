import { Inject, Injectable } from '@nestjs/common';
import type { OttoscalerClient, WorkerPodStatus } from 'ottoscaler';
import { OTTOSCALER } from './ottoscaler.token.js';

@Injectable()
export class ScalingService {
  constructor(@Inject(OTTOSCALER) private readonly ottoscaler: OttoscalerClient) {}

  // #region scaleUp
  /** @param requestId of the command that is carried out, such as the id of its row: repeated, it changes nothing */
  async scaleUp(
    taskId: string,
    workers: number,
    command: string,
    requestId: string,
  ): Promise<readonly string[]> {
    const { worker_pod_names } = await this.ottoscaler.scaleUp({
      task_id: taskId,
      worker_count: workers,
      build_config: { command },
      metadata: { request_id: requestId },
    });
    return worker_pod_names;
  }
  // #endregion

  // #region scaleDown
  async scaleDown(taskId: string, remaining: number): Promise<number> {
    const { processed_count } = await this.ottoscaler.scaleDown({ task_id: taskId, worker_count: remaining });
    return processed_count;
  }
  // #endregion

  // #region getWorkerStatus
  async failedWorkers(taskId: string): Promise<readonly WorkerPodStatus[]> {
    const { workers } = await this.ottoscaler.getWorkerStatus({ task_id: taskId, status_filter: 'failed' });
    return workers;
  }
  // #endregion
}
