/**
 * Scale requests, from the wire to commands the core may trust.
 *
 * Refused is what breaks a rule; nothing is repaired, because two requests that
 * differ must not end as one command. The input is never changed. Whoever has
 * a command has the rules of CONTRACT behind it, wherever the request came from.
 */
import type { ScaleDownCommand, ScaleUpCommand } from '../../machines/command.ts';
import type { ScaleRequest__Output } from '../generated/ottoscaler/v1/ScaleRequest.ts';
import { workerTemplate } from './build-config.ts';
import type { Limits } from './limits.ts';
import { commandMetadata } from './metadata.ts';
import { line, optionalId, requiredId } from './text.ts';
import { wholeNumber } from './whole-number.ts';

/** A ScaleRequest with every field present, as the loader decodes it. */
export type ScaleInput = Readonly<ScaleRequest__Output>;

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateScaleUp(request: ScaleInput, limits: Limits): ScaleUpCommand {
  const taskId = requiredId('task_id', request.task_id, limits);
  const texts = commonTexts(request, limits);
  const workerCount = wholeNumber(
    'worker_count',
    request.worker_count,
    1,
    limits.workersPerCommandMax,
    'number of workers to add',
  );
  const { requestId, rest } = commandMetadata(request.metadata, limits);
  const template = workerTemplate(request.build_config, limits);
  return { kind: 'scale-up', taskId, requestId, ...texts, workerCount, template, metadata: rest };
}

/**
 * A target above the current number is fine and changes nothing; `build_config` describes workers that are not
 * made here and is not looked at.
 * @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule.
 */
export function validateScaleDown(request: ScaleInput, limits: Limits): ScaleDownCommand {
  const taskId = optionalId('task_id', request.task_id, limits);
  const { triggeredBy, reason } = commonTexts(request, limits);
  const target = wholeNumber(
    'worker_count',
    request.worker_count,
    0,
    limits.workersTotalMax,
    'number of workers to keep',
  );
  const { requestId } = commandMetadata(request.metadata, limits);
  return { kind: 'scale-down', taskId, requestId, target, triggeredBy, reason };
}

function commonTexts(request: ScaleInput, limits: Limits) {
  return {
    repository: line('repository', request.repository, limits.textBytesMax),
    commitSha: line('commit_sha', request.commit_sha, limits.textBytesMax),
    triggeredBy: line('triggered_by', request.triggered_by, limits.textBytesMax),
    reason: line('reason', request.reason, limits.textBytesMax),
  };
}
