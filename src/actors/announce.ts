/** What became of a worker: a line of the log, and word to the witness. */
import { describeFailure } from '../machines/failure.ts';
import type { Registry } from '../machines/pool/registry.ts';
import { podOf } from '../machines/worker/context.ts';
import type { WorkerReport } from '../machines/worker/events.ts';
import type { Redact } from '../logs/redact/secret-values.ts';
import type { Log, Witness } from './ports.ts';
import type { Redactions } from '../logs/redact/redactions.ts';

interface AnnounceDeps {
  readonly log: Log;
  readonly witness: Witness;
  /** What a Pod's status says may hold what its worker was given. */
  readonly secrets: Redactions;
}

export function announce(deps: AnnounceDeps, registry: Registry, report: WorkerReport): void {
  const { log, witness, secrets } = deps;
  const context = registry.workers.get(report.id)?.getSnapshot().context;
  say(log, report, () => context && secrets.of(context.order.template.env));
  if (!context) return;
  const { order, slot, presence } = context;
  const worker = { order, slot, pod: podOf(context), isGone: presence.kind === 'gone' };
  if (report.type === 'worker.finished') witness.gone(worker);
  else witness.saw(worker);
}

/** @param redaction is compiled for the workers that failed only: a takeover brings thousands of reports at once */
function say(log: Log, report: WorkerReport, redaction: () => Redact | undefined): void {
  const podName = report.id;
  switch (report.type) {
    case 'worker.created':
      return log.info({ podName }, 'worker created');
    case 'worker.running':
      return log.debug({ podName }, 'worker running');
    case 'worker.ended':
      if (report.outcome.kind === 'succeeded') return log.info({ podName }, 'worker succeeded');
      return sayFailed(log, podName, describeFailure(report.outcome.failure), redaction());
    case 'worker.finished':
      return log.info({ podName }, 'worker cleaned up');
    case 'worker.queued':
    case 'worker.recorded':
    case 'worker.freed':
    case 'worker.settled':
    case 'worker.strayed':
      return undefined;
  }
}

function sayFailed(log: Log, podName: string, reason: string, redact: Redact = (text) => text): void {
  log.info({ podName, reason: redact(reason) }, 'worker failed');
}
