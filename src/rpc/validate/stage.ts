/**
 * One stage of a pipeline, from the wire to a command the core may trust. What concerns several stages, ids
 * and dependencies among them, is for `pipeline.ts`.
 */
import type { WorkerTemplate } from '../../machines/command.ts';
import type { RunWhen, StageCommand } from '../../machines/pipeline/command.ts';
import type { PipelineStage__Output } from '../generated/ottoscaler/v1/PipelineStage.ts';
import { environmentName } from './environment.ts';
import { image } from './image.ts';
import type { Limits } from './limits.ts';
import { matrix } from './matrix.ts';
import { type Pair, sortedPairs } from './pairs.ts';
import { withinPayload } from './payload.ts';
import { entryOf, quote, reject } from './reject.ts';
import { workerResources } from './resources.ts';
import { retryRule } from './retry-rule.ts';
import { byteLength, line, processData, requiredId } from './text.ts';
import { seconds, wholeNumber } from './whole-number.ts';

type StageInput = Readonly<PipelineStage__Output>;

const types: readonly StageCommand['type'][] = ['build', 'test', 'deploy', 'custom'];
const runWhens: readonly RunWhen[] = ['success', 'failure', 'always'];

/**
 * @param field names the stage in messages
 * @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule.
 */
export function stageCommand(field: string, stage: StageInput, limits: Limits): StageCommand {
  const stageId = requiredId(`${field}.stage_id`, stage.stage_id, limits);
  const workers = 'number of workers of a stage';
  const env = environment(`${field}.config`, stage.config, limits);
  const axes = matrix(`${field}.matrix`, stage.matrix, new Set(env.map(([name]) => name)), limits);
  // A worker has one value of each list; the longest counts.
  const chosen = axes.map(({ name, values }): Pair => [name, longest(values)]);
  withinPayload(field, [...stage.command, ...stage.args], [...env, ...chosen], limits);
  return {
    stageId,
    type: oneOf(`${field}.type`, stage.type, types, 'custom'),
    name: line(`${field}.name`, stage.name, limits.textBytesMax),
    workerCount: wholeNumber(`${field}.worker_count`, stage.worker_count, 1, limits.stageWorkersMax, workers),
    dependsOn: stage.depends_on.toSorted(),
    runWhen: oneOf(`${field}.run_when`, stage.run_when, runWhens, 'success'),
    allowFailure: stage.allow_failure,
    matrix: axes,
    template: {
      image: image(`${field}.image`, stage.image, limits),
      ...exec(field, stage),
      timeoutSeconds: seconds(
        `${field}.timeout_seconds`,
        stage.timeout_seconds,
        limits.timeoutSecondsMax,
        'the configured maximum',
      ),
      env,
      resources: workerResources(
        (key) => `${field}.resources.${key}`,
        (key) => stage.resources?.[key] ?? '',
        limits,
      ),
    },
    queueSeconds: seconds(
      `${field}.queue_timeout_seconds`,
      stage.queue_timeout_seconds,
      limits.waitSecondsMax,
      'as configured',
    ),
    retry: retryRule(`${field}.retry_policy`, stage.retry_policy, limits),
  };
}

function environment(field: string, config: Readonly<Record<string, string>>, limits: Limits): Pair[] {
  const entries = new Map(Object.entries(config));
  if (entries.size > limits.buildConfigEntriesMax)
    reject(field, `has ${entries.size} entries; at most ${limits.buildConfigEntriesMax} are allowed`);
  return sortedPairs(entries).map(([name, value]): Pair => {
    const entry = entryOf(field, name);
    return [environmentName(entry, name), processData(entry, value)];
  });
}

/** Nothing where neither is given: then the worker announces itself, as one of a ScaleUp without a command. */
function exec(field: string, { command, args }: StageInput): Pick<WorkerTemplate, 'exec'> {
  if (command.length === 0 && args.length === 0) return {};
  if (command[0] === '') reject(`${field}.command[0]`, 'is empty; it names the program to run');
  return {
    exec: {
      command: command.map((part, index) => processData(`${field}.command[${index}]`, part)),
      args: args.map((part, index) => processData(`${field}.args[${index}]`, part)),
    },
  };
}

/** '' stands for `fallback`. */
function oneOf<T extends string>(field: string, text: string, choices: readonly T[], fallback: T): T {
  if (text === '') return fallback;
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined)
    reject(field, `${quote(text)} is unknown; write ${choices.join(', ')} or nothing (${fallback})`);
  return chosen;
}

function longest(values: readonly string[]): string {
  return values.reduce((most, value) => (byteLength(value) > byteLength(most) ? value : most), '');
}
