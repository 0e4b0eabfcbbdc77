/** otto-agent as it was built, around a Node program that a test writes. */
import { startProgram, type Program } from './program.ts';

interface AgentRun {
  readonly endpoint?: string;
  readonly options?: readonly string[];
  readonly env?: NodeJS.Dict<string>;
}

export function startAgent(command: readonly string[], { endpoint, options = [], env }: AgentRun): Program {
  const given = endpoint === undefined ? {} : { OTTO_LOG_ENDPOINT: endpoint };
  return startProgram('bin/otto-agent.js', [...options, '--', ...command], {
    OTTO_WORKER_ID: 'w-1',
    OTTO_TASK_ID: 't-1',
    OTTO_WORKER_TOKEN: 'CANARY-token',
    ...given,
    ...env,
  });
}

export const sh = (script: string): readonly string[] => ['sh', '-c', script];
export const node = (script: string): readonly string[] => [process.execPath, '-e', script];
