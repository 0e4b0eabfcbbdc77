/** What a run says of its failure, wherever the failed stage's own event is just then. */
import { expect, test } from 'vitest';
import { attempt, PipelineHarness } from '../../../support/pipeline-harness.ts';
import { stageCommand } from '../../../support/pipelines.ts';
import { exitCode } from '../../../support/stage-harness.ts';

const why = 'exit-code: container worker exited with 7 (stage "a")';

test.each(['at once', 'while the end of the stage is still being written'])(
  'a run names the failure of its stage that it ends of %s',
  (moment) => {
    const run = PipelineHarness.opened([stageCommand('a'), stageCommand('b', { dependsOn: ['a'] })]);
    run.isDurable = moment === 'at once';
    run.end(exitCode(7), attempt('a'));
    while (run.state.includes('writing')) run.write();
    expect(run.last).toMatchObject({ stage: -1, status: 'failed', errorMessage: why });
  },
);
