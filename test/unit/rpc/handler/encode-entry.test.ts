import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { WorkerLine } from '../../../../src/logs/line.ts';
import { gapLine } from '../../../../src/logs/spool/loss.ts';
import { ottoHandlerLogService } from '../../../../src/rpc/contract.ts';
import { encodeBatch, encodeEntry } from '../../../../src/rpc/handler/encode-entry.ts';
import { originOf } from '../../../support/log-lines.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const anyLine: fc.Arbitrary<WorkerLine> = fc
  .record({
    worker: fc.constantFrom('a', 'b', 'ö'),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    text: anyText,
    time: fc.constantFrom('', '2026-01-01T00:00:00.123456789Z', 'künftig'),
    source: fc.constantFrom('stdout' as const, 'stderr' as const),
    level: fc.constantFrom('INFO' as const, 'ERROR' as const, 'DEBUG' as const, 'WARN' as const),
    pipelineId: fc.constantFrom('', 'run'),
    lost: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ worker, pipelineId, seq, lost, ...line }) => {
    const origin = { ...originOf(worker), pipelineId, labels: { app: 'x'.repeat(200), empty: '' } };
    const stream = `${worker}/worker`;
    if (lost === 0 || seq <= lost) return { origin, stream, seq, ...line };
    return gapLine({ stream, origin, firstSeq: seq - lost + 1, lastSeq: seq, reason: 'dropped' }, line.time);
  });

function expected(line: WorkerLine, isFirst: boolean): object {
  const { origin, stream, seq, time, source, level, text, gap } = line;
  const { workerId, taskId, pipelineId, podName, namespace, nodeName, createdAt, labels } = origin;
  const lines = gap?.lines ?? 0;
  return {
    worker_id: workerId,
    task_id: taskId,
    timestamp: time,
    level,
    source,
    message: text,
    pod_metadata: isFirst
      ? { pod_name: podName, namespace, node_name: nodeName, created_at: createdAt, labels }
      : null,
    metadata: {
      'otto.seq': String(seq),
      'otto.stream': stream,
      ...(pipelineId === '' ? {} : { 'otto.pipeline': pipelineId }),
      ...(gap ? { 'otto.gap': gap.reason, 'otto.gap.lines': String(lines) } : {}),
      ...(lines > 1 ? { 'otto.gap.first': String(seq - lines + 1) } : {}),
    },
  };
}

test.prop([anyLine])('an encoded line is decoded by the proto files as it was', (line) => {
  const decoded = ottoHandlerLogService.ForwardWorkerLogs.requestDeserialize(encodeEntry(line));
  expect(decoded).toEqual(expected(line, true));
});

test.prop([fc.array(anyLine, { maxLength: 30 })])(
  'so is a batch, with its workers told once each',
  (lines) => {
    const { entries } = ottoHandlerLogService.ForwardWorkerLogBatches.requestDeserialize(encodeBatch(lines));
    const isFirst = (index: number) =>
      lines.findIndex(({ origin }) => origin.podUid === lines[index]?.origin.podUid) === index;
    expect(entries).toEqual(lines.map((line, index) => expected(line, isFirst(index))));
  },
);
