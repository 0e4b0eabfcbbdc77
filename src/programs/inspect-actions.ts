/** The inspector's buttons, by the handlers that answer gRPC: the same rules, the same ledger, the same answers. */
import { ActionRefusal, type Acting } from '../inspector/actions.ts';
import { cancelPipeline, retryPipeline } from '../rpc/services/pipeline-control.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import { scaleDown } from '../rpc/services/scale.ts';
import { RpcError, type RpcCode } from '../rpc/status.ts';
import type { Limits } from '../rpc/validate/limits.ts';
import { systemClock } from './clock.ts';

/** As it is told in ledgers, notices and reasons. */
const triggerOf = (visitor: string) => (visitor === '' ? 'inspector' : `${visitor} (inspector)`);

const modes = {
  now: 'CANCEL_NOW',
  'finish-running': 'CANCEL_FINISH_RUNNING',
  'run-finally': 'CANCEL_RUN_FINALLY',
} as const;

export function actingOn(deps: { readonly pool: PoolPort; readonly limits: Limits }): Acting {
  const cancel = cancelPipeline(deps);
  const retry = retryPipeline(deps);
  const down = scaleDown({ ...deps, now: () => systemClock.now() });
  return {
    'cancel-pipeline': ({ pipelineId, mode }, { visitor, signal }) =>
      told(async () => {
        const request = {
          pipeline_id: pipelineId,
          mode: modes[mode],
          reason: '',
          triggered_by: triggerOf(visitor),
        };
        return (await cancel(request, { signal })).message ?? '';
      }),
    'retry-pipeline': ({ pipelineId }, { visitor, signal }) =>
      told(async () => {
        const request = { pipeline_id: pipelineId, new_pipeline_id: '', triggered_by: triggerOf(visitor) };
        const { pipeline_id: newId, rerun_stage_ids: rerun = [] } = await retry(request, { signal });
        return `the run ${JSON.stringify(newId)} repeats ${rerun.length} stage${rerun.length === 1 ? '' : 's'}`;
      }),
    'scale-down': ({ taskId, workerCount }, { visitor, signal }) =>
      told(async () => {
        const request = {
          task_id: taskId,
          worker_count: workerCount,
          repository: '',
          commit_sha: '',
          triggered_by: triggerOf(visitor),
          reason: '',
          metadata: {},
          build_config: {},
        };
        return (await down(request, { signal })).message ?? '';
      }),
  };
}

async function told(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RpcError) throw new ActionRefusal(httpStatus(error.code), error.message);
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new ActionRefusal(503, 'It was asked for and has not been answered yet; look again in a while.');
    throw error;
  }
}

function httpStatus(code: RpcCode): number {
  switch (code) {
    case 'INVALID_ARGUMENT':
      return 400;
    case 'NOT_FOUND':
      return 404;
    case 'ALREADY_EXISTS':
    case 'FAILED_PRECONDITION':
      return 409;
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
      return 403;
    case 'RESOURCE_EXHAUSTED':
      return 429;
    case 'CANCELLED':
    case 'DEADLINE_EXCEEDED':
    case 'UNAVAILABLE':
      return 503;
    case 'UNIMPLEMENTED':
    case 'INTERNAL':
      return 500;
  }
}
