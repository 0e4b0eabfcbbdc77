/** When a run is cancelled, how, and when it is no longer waited for. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../../../src/cli/exit-code.ts';
import { CancelControl, type CancelControlOptions } from '../../../../src/cli/pipeline/cancel-control.ts';
import { OttoscalerClientError } from '../../../../src/rpc/client.ts';
import type { CancelPipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/CancelPipelineRequest.ts';
import { until } from '../../../support/until.ts';

type Answer = OttoscalerClientError | string;

function controlled(
  overrides: Partial<Pick<CancelControlOptions, 'mode' | 'timeoutMs' | 'patience'>> = {},
  answers: readonly Answer[] = ['it is being cancelled'],
) {
  const asked: CancelPipelineRequest[] = [];
  const said: string[] = [];
  const client = {
    cancelPipeline: async (request: CancelPipelineRequest) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? '';
      asked.push(request);
      await turn();
      if (answer instanceof OttoscalerClientError) throw answer;
      return { pipeline_id: 'p', message: answer };
    },
  };
  const control = new CancelControl({
    client,
    pipelineId: 'p',
    mode: 'now',
    timeoutMs: undefined,
    notice: (sentence) => said.push(sentence),
    patience: { endingMs: 20, askingMs: 40, pauseMs: 5 },
    ...overrides,
  });
  onTestFinished(() => control.close());
  control.accepted();
  const modes = () => asked.map(({ mode }) => mode);
  const left = () => (control.signal.aborted ? String(control.signal.reason) : undefined);
  return { control, said, modes, left };
}

const interrupted = exitCodes.interrupted;

test('the first interrupt cancels and waits; the second leaves at once', async () => {
  const { control, modes, said, left } = controlled();
  expect(control.exitCode).toBeUndefined();
  control.interrupt(interrupted);
  await until('the answer', () => said.length === 2);
  expect(said).toEqual(['interrupted; cancelling the run (now)', 'it is being cancelled']);
  expect({ modes: modes(), left: left(), code: control.exitCode }).toEqual({
    modes: ['CANCEL_NOW'],
    left: undefined,
    code: 130,
  });
  control.interrupt(interrupted);
  expect(left()).toBe('LeavingError: left; the run goes on being cancelled');
  expect(control.signal.reason).toMatchObject({ exitCode: 130 });
});

test('after a weaker cancel the second interrupt goes further, the third leaves', async () => {
  const { control, modes, said, left } = controlled({ mode: 'finish-running' });
  control.interrupt(interrupted);
  control.interrupt(interrupted);
  await until('both answers', () => said.length === 4);
  expect(modes()).toEqual(['CANCEL_FINISH_RUNNING', 'CANCEL_NOW']);
  expect(left()).toBeUndefined();
  control.interrupt(interrupted);
  expect(left()).toBe('LeavingError: left; the run goes on being cancelled');
});

test('before the server has answered, leaving says that nothing is known of the cancel', () => {
  const { control, left } = controlled();
  control.interrupt(interrupted);
  control.interrupt(interrupted);
  expect(left()).toBe('LeavingError: left; whether the run has heard of its cancel is unknown');
});

test('who only looks on leaves at the first interrupt, and at -timeout', async () => {
  const looking = controlled({ mode: undefined });
  looking.control.interrupt(exitCodes.terminated);
  expect(looking.modes()).toEqual([]);
  expect(looking.control.signal.reason).toMatchObject({
    exitCode: 143,
    message: 'no longer watching; the run goes on',
  });
  const limited = controlled({ mode: undefined, timeoutMs: 5 });
  await until('the end', () => limited.left());
  expect(limited.control.signal.reason).toMatchObject({
    exitCode: 124,
    message: 'the run did not end within 0.0 s; it goes on',
  });
});

test('-timeout cancels now, shows the end for a while, and leaves', async () => {
  const { control, modes, said, left } = controlled({ mode: 'run-finally', timeoutMs: 5 });
  await until('the end of the bound', left);
  expect(said[0]).toBe('-timeout of 0.0 s elapsed; cancelling the run (now)');
  expect(modes()).toEqual(['CANCEL_NOW']);
  expect(control.signal.reason).toMatchObject({
    exitCode: 124,
    message: 'the run did not end within 0.0 s of its cancel; it goes on being cancelled',
  });
});

test('an interrupt after -timeout leaves at once, with the code of the timeout', async () => {
  const patience = { endingMs: 60_000, askingMs: 40, pauseMs: 5 };
  const { control, said, left } = controlled({ timeoutMs: 5, patience });
  await until('the cancel', () => said.length === 2);
  control.interrupt(interrupted);
  expect(left()).toBe('LeavingError: left; the run goes on being cancelled');
  expect(control.exitCode).toBe(124);
});

test('a server that is away is asked again', async () => {
  const away = new OttoscalerClientError('UNAVAILABLE', 'it restarts');
  const { control, modes, said } = controlled({}, [away, away, 'it is being cancelled']);
  control.interrupt(interrupted);
  await until('the answer', () => said.includes('it is being cancelled'));
  expect(modes()).toHaveLength(3);
  expect(said[1]).toBe('cannot cancel the run yet: it restarts');
});

test('a run that has ended meanwhile is no trouble, a refusal is said', async () => {
  const over = controlled({}, [new OttoscalerClientError('FAILED_PRECONDITION', 'it has ended')]);
  over.control.interrupt(interrupted);
  await until('the question', () => over.modes().length === 1);
  await turn();
  expect({ said: over.said.length, left: over.left() }).toEqual({ said: 1, left: undefined });
  const refused = controlled({}, [new OttoscalerClientError('PERMISSION_DENIED', 'not yours')]);
  refused.control.interrupt(interrupted);
  await until('the refusal', () => refused.said[1] === 'cannot cancel the run: not yours');
});

test('before anything was heard of the run it is left, and nothing is claimed', async () => {
  const { control, left } = freshly([new OttoscalerClientError('NOT_FOUND', 'no such run')]);
  control.interrupt(interrupted);
  await until('leaving', left);
  expect(left()).toBe(
    'LeavingError: interrupted before anything was heard of the run; whether it was accepted is unknown',
  );
});

/** A control that has not heard of its run yet. */
function freshly(answers: readonly OttoscalerClientError[]) {
  const control = new CancelControl({
    client: { cancelPipeline: () => Promise.reject(answers[0] ?? new Error('none')) },
    pipelineId: 'p',
    mode: 'now',
    timeoutMs: undefined,
    notice: () => {},
  });
  return { control, left: () => (control.signal.aborted ? String(control.signal.reason) : undefined) };
}
