import { describe, expect, test } from 'vitest';
import { ottoscalerService } from '../../../../src/rpc/contract.ts';
import type { WatchLogsRequest } from '../../../../src/rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validateLogQuery } from '../../../../src/rpc/validate/log-query.ts';
import { refusal } from './requests.ts';

const { requestSerialize, requestDeserialize } = ottoscalerService.WatchLogs;
const accept = (fields: WatchLogsRequest) =>
  validateLogQuery(requestDeserialize(requestSerialize(fields)), defaultLimits);

describe('a request for lines', () => {
  test('is taken as it is', () => {
    expect(
      accept({ task_id: 't', pipeline_id: 'p', stage_id: 's', worker_id: 'w', tail: 9, follow: true }),
    ).toEqual({
      filter: { taskId: 't', pipelineId: 'p', stageId: 's', workerId: 'w' },
      tail: 9,
      follow: true,
    });
  });

  test.each([{ task_id: 't' }, { pipeline_id: 'p' }, { worker_id: 'w' }])('of %o is enough', (fields) => {
    expect(accept(fields)).toMatchObject({ tail: 0, follow: false });
  });

  test.each<[WatchLogsRequest, string]>([
    [{}, 'task_id: is required, unless pipeline_id or worker_id is given'],
    [{ task_id: 't', stage_id: 's' }, 'stage_id: says nothing without pipeline_id; a stage is one of a run'],
    [{ task_id: 't', tail: -1 }, 'tail: -1 is not a number of lines; write 0–1000000'],
    [{ task_id: 't', tail: 1_000_001 }, 'tail: 1000001 is not a number of lines; write 0–1000000'],
    [{ worker_id: 'w'.repeat(254) }, 'worker_id: is 254 bytes long; at most 253 are allowed'],
    [{ pipeline_id: 'a\nb' }, 'pipeline_id: contains'],
  ])('%o is refused', (fields, rule) => {
    expect(refusal(() => accept(fields))).toContain(rule);
  });
});
