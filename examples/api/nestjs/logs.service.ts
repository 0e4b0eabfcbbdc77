import { Inject, Injectable } from '@nestjs/common';
import type { OttoscalerClient, WorkerLogEntry } from 'ottoscaler';
import { concatMap, type Observable } from 'rxjs';
import { observableOf } from './observable-of.js';
import { OTTOSCALER } from './ottoscaler.token.js';

@Injectable()
export class LogsService {
  constructor(@Inject(OTTOSCALER) private readonly ottoscaler: OttoscalerClient) {}

  // #region watchLogs
  linesOf(pipelineId: string): Observable<WorkerLogEntry> {
    const request = { pipeline_id: pipelineId, follow: true };
    return observableOf((signal) => this.ottoscaler.watchLogs(request, { signal })).pipe(
      concatMap(({ entries }) => entries),
    );
  }
  // #endregion
}
