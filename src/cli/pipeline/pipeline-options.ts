/**
 * What the command line asks for, checked before anything is read or sent.
 *
 * A word that has no meaning is refused rather than ignored, and an empty -id
 * is: it is what an unset shell variable leaves.
 */
import { randomUUID } from 'node:crypto';
import { parseDuration } from '../duration.ts';
import { UsageError } from '../usage-error.ts';
import type { GivenOptions } from './command-line.ts';
import { sampleTypes, type SampleType } from './sample-pipelines.ts';

const cancelModes = ['now', 'finish-running', 'run-finally'] as const;
export type CancelMode = (typeof cancelModes)[number];

/** Where the stages come from. */
export type Source =
  { readonly kind: 'sample'; readonly type: SampleType } | { readonly kind: 'file'; readonly path: string };

interface RunOptions {
  /** `host:port`. */
  readonly server: string;
  readonly pipelineId: string;
  readonly json: boolean;
  /** How Ctrl-C cancels; absent: it only leaves. */
  readonly cancelMode?: CancelMode;
  /** How long the run may take; absent: as long as it likes. */
  readonly timeoutMs?: number;
}

interface Content {
  readonly source: Source;
  readonly repository?: string;
  readonly commitSha?: string;
  readonly onFailure?: 'stop' | 'continue';
}

export type ExecuteOptions = RunOptions &
  Content & {
    readonly action: 'execute';
    /** Whether the run's id was made up here. */
    readonly idGenerated: boolean;
  };

export type PipelineOptions =
  | ExecuteOptions
  | (RunOptions & { readonly action: 'attach' | 'retry' })
  | (Pick<RunOptions, 'server' | 'pipelineId' | 'json'> & {
      readonly action: 'cancel';
      readonly cancelMode: CancelMode;
    })
  | (Content & { readonly action: 'lint'; readonly json: boolean });

const timeoutDefault = '10m';

const contentWords = ['type', 'file', 'repo', 'sha', 'onFailure'] as const;

/**
 * @param newPipelineId makes up an id for a run without one.
 * @throws UsageError
 */
export function pipelineOptions(given: GivenOptions, newPipelineId = generatePipelineId): PipelineOptions {
  const action = actionOf(given);
  if (given.id === '') throw new UsageError('-id is empty; give it an id or leave it out');
  const cancelMode = wordOf('-cancel-mode', given.cancelMode, cancelModes);
  const { server, json = false } = given;
  if (action === 'lint') {
    refuse(given, action, ['id', 'timeout', 'cancelMode']);
    return { action, json, ...content(given) };
  }
  if (action === 'execute')
    return {
      ...content(given),
      action,
      server,
      json,
      pipelineId: given.id ?? newPipelineId(),
      idGenerated: given.id === undefined,
      cancelMode: cancelMode ?? 'now',
      timeoutMs: parseDuration('-timeout', given.timeout ?? timeoutDefault),
    };
  refuse(given, action, contentWords);
  if (action === 'cancel') refuse(given, action, ['timeout']);
  const run = { server, json, pipelineId: requiredId(given, action) };
  switch (action) {
    case 'cancel':
      return { ...run, action, cancelMode: cancelMode ?? 'now' };
    case 'retry':
      return {
        ...run,
        action,
        cancelMode: cancelMode ?? 'now',
        timeoutMs: parseDuration('-timeout', given.timeout ?? timeoutDefault),
      };
    case 'attach':
      // Whoever looks at another's run ends it only by saying so.
      return {
        ...run,
        action,
        ...(cancelMode === undefined ? {} : { cancelMode }),
        ...(given.timeout === undefined ? {} : { timeoutMs: parseDuration('-timeout', given.timeout) }),
      };
  }
}

function actionOf(given: GivenOptions): PipelineOptions['action'] {
  const actions = (['lint', 'attach', 'retry', 'cancel'] as const).filter((name) => given[name]);
  if (actions.length > 1)
    throw new UsageError(`write only one of ${actions.map((name) => `-${name}`).join(', ')}`);
  return actions[0] ?? 'execute';
}

function content({ type, file, repo, sha, onFailure }: GivenOptions): Content {
  if (type !== undefined && file !== undefined) throw new UsageError('write only one of -type, -file');
  const sample = wordOf('-type', type, sampleTypes);
  const policy = wordOf('-on-failure', onFailure, ['stop', 'continue'] as const);
  if (file === '') throw new UsageError('-file is empty; give it a path');
  if (sample === undefined && file === undefined)
    throw new UsageError('-type or -file is required; write -type simple, full or parallel');
  return {
    source: sample === undefined ? { kind: 'file', path: file ?? '' } : { kind: 'sample', type: sample },
    ...(repo === undefined ? {} : { repository: repo }),
    ...(sha === undefined ? {} : { commitSha: sha }),
    ...(policy === undefined ? {} : { onFailure: policy }),
  };
}

function wordOf<Word extends string>(
  option: string,
  given: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const word = words.find((known) => known === given);
  if (given !== undefined && word === undefined)
    throw new UsageError(
      `${option}: "${given}" is unknown; write ${words.join(', ').replace(/, ([^,]+)$/, ' or $1')}`,
    );
  return word;
}

function requiredId({ id }: GivenOptions, action: string): string {
  if (id === undefined) throw new UsageError(`-id is required with -${action}: which run`);
  return id;
}

function refuse(given: GivenOptions, action: string, names: readonly (keyof GivenOptions)[]): void {
  const found = names.find((name) => given[name] !== undefined);
  if (found === undefined) return;
  const flag = found.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`-${flag} has no meaning with -${action}`);
}

function generatePipelineId(): string {
  return `pipeline-${randomUUID().slice(0, 8)}`;
}
