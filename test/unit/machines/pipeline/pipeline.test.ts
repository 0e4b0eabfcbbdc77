/** One run: its stages in the order of their dependencies, its journal, its end. */
import { describe, expect, test } from 'vitest';
import { refused } from '../../../../src/machines/scale/replies.ts';
import { attempt, openPipeline, PipelineHarness } from '../../../support/pipeline-harness.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';
import { exitCode } from '../../../support/stage-harness.ts';

const a = stageCommand('a');
const b = stageCommand('b', { dependsOn: ['a'] });
const c = stageCommand('c', { dependsOn: ['a'] });

describe('the ledger', () => {
  test('comes first: nothing is asked of the pool before it is open', () => {
    const run = new PipelineHarness([a]);
    expect([run.state, run.heard]).toEqual(['opening', []]);
  });

  test.each(['differs', 'unavailable', 'exhausted', 'precondition'] as const)(
    'that is refused as %s refuses the run',
    (code) => {
      const run = new PipelineHarness([a]);
      run.opens[0]?.reply(refused(code, 'why'));
      expect(run.ref.getSnapshot().context.refusal).toEqual({ kind: 'refused', code, reason: 'why' });
      expect(run.heardTypes).toEqual(['pipeline.finished']);
    },
  );

  test('that is not there is told as absent', () => {
    const run = new PipelineHarness([a], { opening: { kind: 'attach', pipelineId: 'p' } });
    run.opens[0]?.reply({ kind: 'absent', pipelineId: 'p' });
    expect(run.ref.getSnapshot().hasTag('absent')).toBe(true);
  });

  test('that does not answer in time is no reason to wait for ever', () => {
    const run = new PipelineHarness([a]);
    run.clock.advance(30_000);
    expect(run.ref.getSnapshot().context.refusal?.code).toBe('unavailable');
  });

  test('of a run that is over only shows what was', () => {
    const run = new PipelineHarness([a]);
    run.opens[0]?.reply({ kind: 'resumed', ...openPipeline(pipelineCommand([a]), { closedAt: 'then' }) });
    expect([run.state, run.shown, run.wanted]).toEqual(['closed', ['running'], []]);
    run.clock.advance(60_000);
    expect(run.heardTypes).toEqual(['pipeline.closed', 'pipeline.finished']);
  });
});

describe('stages', () => {
  test(
    'start the moment their own dependencies have ended, and the run completes with the last',
    { tags: ['I6'] },
    () => {
      const run = PipelineHarness.opened([a, b, c, stageCommand('d', { dependsOn: ['b'] })]);
      expect(run.wanted).toEqual([attempt('a')]);
      run.succeed(attempt('a'));
      expect(run.wanted).toEqual([attempt('a'), attempt('b'), attempt('c')]);
      run.succeed(attempt('b'));
      expect(run.wanted.at(-1)).toBe(attempt('d'));
      run.succeed(attempt('c'), attempt('d'));
      expect(run.last).toMatchObject({
        status: 'completed',
        percentage: 100,
        message: 'completed: 4 of 4 stages ended',
      });
      expect(run.state).toBe('closed');
    },
  );

  test('that fail stop the run: what runs finishes, what never started is skipped', () => {
    const run = PipelineHarness.opened([a, stageCommand('x'), b, stageCommand('y', { dependsOn: ['x'] })]);
    run.end(exitCode(7), attempt('a'));
    expect(run.state).toContain('failing');
    expect(run.shown.slice(-3)).toEqual(['running', 'b skipped', 'y skipped']);
    run.succeed(attempt('x'));
    expect(run.wanted).toEqual([attempt('a'), attempt('x')]);
    expect(run.last).toMatchObject({
      status: 'failed',
      errorMessage: 'exit-code: container worker exited with 7 (stage "a")',
    });
  });

  test('that fail stop only what depends on them, if asked to', () => {
    const y = stageCommand('y', { dependsOn: ['x'] });
    const run = PipelineHarness.opened([a, stageCommand('x'), b, y], {}, { onFailure: 'continue' });
    run.end(exitCode(7), attempt('a')).succeed(attempt('x'));
    expect(run.wanted).toEqual([attempt('a'), attempt('x'), attempt('y')]);
  });

  test('that come at the end run after all others, whatever became of them', () => {
    const report = stageCommand('report', { runWhen: 'always' });
    const mourn = stageCommand('mourn', { runWhen: 'failure' });
    const run = PipelineHarness.opened([report, mourn, a, b]);
    expect(run.wanted).toEqual([attempt('a')]);
    run.end(exitCode(1), attempt('a'));
    expect(run.wanted).toEqual([attempt('a'), attempt('report'), attempt('mourn')]);
    run.succeed(attempt('report'), attempt('mourn'));
    expect(run.last?.status).toBe('failed');
  });
});

describe('the journal', () => {
  test('is written before anything is shown or begun', { tags: ['G7'] }, () => {
    const run = new PipelineHarness([a]);
    run.isDurable = false;
    run.opens[0]?.reply({ kind: 'opened', ...openPipeline(pipelineCommand([a])) });
    expect([run.shown, run.wanted]).toEqual([['running'], []]);
    run.write();
    expect([run.shown, run.wanted]).toEqual([['running', 'a pending'], [attempt('a')]]);
  });

  test('has one entry under way; what comes meanwhile goes into the next', () => {
    const run = PipelineHarness.opened([a, b, c]);
    run.isDurable = false;
    const before = run.writes.length;
    run.succeed(attempt('a'));
    expect(run.writes).toHaveLength(before + 1);
    run.write().write();
    const entries = run.writes.slice(before).map(({ input }) => [input.base, input.drafts.length]);
    expect(entries).toEqual([
      [2, 1],
      [3, 3],
    ]);
  });

  test('is written again where it takes too long, the same entry under the same number', () => {
    const run = PipelineHarness.opened([a]);
    run.isDurable = false;
    run.succeed(attempt('a'));
    const first = run.writes.at(-1)?.input;
    run.clock.advance(30_000);
    expect(run.writes.at(-1)?.input).toEqual(first);
    expect(run.alarms).toContain('the ledger could not be written in time');
  });

  test('holds back the tombstone until the end is in it and every Pod is gone', () => {
    const run = PipelineHarness.opened([a]);
    run.send({ type: 'worker.recorded', id: attempt('a'), ended: ended(), isTerminal: true });
    expect(run.last?.status).toBe('completed');
    expect(run.state).toContain('cleanup');
    expect(run.closes).toEqual([]);
    run.send({ type: 'worker.finished', id: attempt('a'), ended: ended() });
    expect(run.closes.map(({ input }) => input.ledgerName)).toEqual(['otto-ledger']);
  });
});

const ended = () =>
  ({ outcome: { kind: 'succeeded' }, createdAt: '', startedAt: '', endedAt: '', nodeName: '' }) as const;

describe('a cancel', { tags: ['G12', 'F60'] }, () => {
  const cancel = (mode: 'now' | 'finish-running' | 'run-finally') =>
    ({ type: 'pipeline.cancel', cancel: { mode, by: 'kim', reason: 'a typo' } }) as const;
  const always = stageCommand('z', { runWhen: 'always' });

  test('has no effect before it is durable', () => {
    const run = PipelineHarness.opened([a, b]);
    run.isDurable = false;
    run.send(cancel('now'));
    expect(run.heardTypes).not.toContain('workers.terminate');
    run.write();
    expect(run.heard).toContainEqual({
      type: 'workers.terminate',
      ids: [attempt('a')],
      reason: 'the run was cancelled by kim: a typo',
      by: 'p',
    });
  });

  test('now: ends what runs, skips the rest, and is over when every Pod is gone', () => {
    const run = PipelineHarness.opened([a, b, always]).send(cancel('now'));
    expect(run.last?.status).not.toBe('cancelled');
    run.end(exitCode(143), attempt('a'));
    expect(run.shown.slice(-4)).toEqual(['z skipped', 'b skipped', 'a cancelled', 'cancelled']);
    expect(run.wanted).toEqual([attempt('a')]);
  });

  test('finish-running: what runs may finish, nothing else starts', () => {
    const run = PipelineHarness.opened([a, b, always]).send(cancel('finish-running')).succeed(attempt('a'));
    expect(run.shown).toContain('a completed');
    expect(run.wanted).toEqual([attempt('a')]);
    expect(run.last?.status).toBe('cancelled');
  });

  test('run-finally: ends what runs, then the stages that run always do', () => {
    const run = PipelineHarness.opened([a, b, always]).send(cancel('run-finally'));
    run.end(exitCode(143), attempt('a'));
    expect(run.wanted).toEqual([attempt('a'), attempt('z')]);
    run.succeed(attempt('z'));
    expect(run.last?.status).toBe('cancelled');
  });

  test('may go further and not back', () => {
    const run = PipelineHarness.opened([a, b]).send(
      cancel('finish-running'),
      cancel('now'),
      cancel('run-finally'),
    );
    expect(run.ref.getSnapshot().context.cancelled?.mode).toBe('now');
    run.end(exitCode(143), attempt('a'));
    expect(run.shown).toContain('a cancelled');
  });

  test('that comes after the end changes nothing', () => {
    const run = PipelineHarness.opened([a]).succeed(attempt('a')).send(cancel('now'));
    expect(run.ref.getSnapshot().context.cancelled).toBeUndefined();
    expect(run.last?.status).toBe('completed');
  });

  test('of a former process goes on', () => {
    const open = openPipeline(pipelineCommand([a, b]), { cancel: { mode: 'now', by: '', reason: '' } });
    const run = new PipelineHarness([a, b], { open });
    expect(run.last?.status).toBe('cancelled');
    expect(run.wanted).toEqual([]);
  });
});

describe('the deadline', () => {
  test('fails what runs, skips what does not, and lets the end run', () => {
    const z = stageCommand('z', { runWhen: 'always' });
    const run = PipelineHarness.opened([a, b, z]);
    run.clock.advance(3_600_000);
    run.end(exitCode(143), attempt('a'));
    expect(run.wanted).toEqual([attempt('a'), attempt('z')]);
    run.succeed(attempt('z'));
    expect(run.last).toMatchObject({
      status: 'failed',
      errorMessage: 'deadline: the run took longer than 3600 s',
    });
  });

  test('of the run is none of the stages that come at its end', () => {
    const z = stageCommand('z', { runWhen: 'always' });
    const run = PipelineHarness.opened([a, z]).succeed(attempt('a'));
    run.clock.advance(3_600_000);
    run.succeed(attempt('z'));
    expect(run.last?.status).toBe('completed');
  });
});

describe('after a restart', { tags: ['G4'] }, () => {
  test('stages that have ended are not run again, and what was told is not told again', () => {
    const command = pipelineCommand([a, b]);
    const first = PipelineHarness.opened([a, b]).succeed(attempt('a'));
    const progress = first.ref.getSnapshot().context.run?.progress ?? [];
    const open = openPipeline(command, { progress: [...progress] });
    const second = new PipelineHarness([a, b], { open });
    expect(second.wanted).toEqual([attempt('b')]);
    second.succeed(attempt('b'));
    expect(second.shown.slice(0, progress.length)).toEqual(first.shown);
    expect(second.last?.status).toBe('completed');
  });
});
