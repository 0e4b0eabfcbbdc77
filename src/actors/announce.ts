/** What became of a worker, as a line of the log. */
import { describeFailure } from '../machines/failure.ts';
import type { WorkerReport } from '../machines/worker/events.ts';
import type { Log } from './ports.ts';

export function announce(log: Log, report: WorkerReport): void {
  const podName = report.id;
  switch (report.type) {
    case 'worker.created':
      return log.info({ podName }, 'worker created');
    case 'worker.ended':
      if (report.outcome.kind === 'succeeded') return log.info({ podName }, 'worker succeeded');
      return log.info({ podName, reason: describeFailure(report.outcome.failure) }, 'worker failed');
    case 'worker.finished':
      return log.info({ podName }, 'worker cleaned up');
    case 'worker.queued':
    case 'worker.running':
    case 'worker.recorded':
    case 'worker.freed':
    case 'worker.settled':
    case 'worker.strayed':
      return undefined;
  }
}
