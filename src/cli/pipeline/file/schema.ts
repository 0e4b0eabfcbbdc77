/**
 * What may stand in a pipeline file. docs/pipeline-file.md describes it for people.
 *
 * The names are the wire's, in snake_case. Only what the file itself can be wrong
 * about is checked: which names and how much the server accepts is its own to say.
 */
import { z } from 'zod';
import { readDuration } from '../../duration.ts';

/** The wire's own bound: no limit is longer than a day. */
const secondsMax = 86_400;
const retriesMax = 10;
const combinationsMax = 256;
/** What an int32 holds. */
const workersMax = 2 ** 31 - 1;

/** The closed set of failures that the server knows. */
export const failureNames = [
  'image-pull',
  'image-invalid',
  'unschedulable',
  'create-rejected',
  'quota',
  'config-error',
  'oom-killed',
  'evicted',
  'node-lost',
  'deleted',
  'deadline',
  'exit-code',
  'start-error',
  'unknown',
] as const;

const seconds = z
  .union([z.string(), z.number()], { error: 'must be a duration, such as 30s or 10m, or whole seconds' })
  .transform((given, ctx) => {
    const read = typeof given === 'number' ? { ms: given * 1_000 } : readDuration(given);
    const problem = 'problem' in read ? `"${given}" ${read.problem}` : secondsProblem(read.ms / 1_000);
    if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem });
    return 'problem' in read ? 0 : read.ms / 1_000;
  });

function secondsProblem(count: number): string | undefined {
  if (!Number.isInteger(count)) return 'must be whole seconds';
  return count < 0 || count > secondsMax ? `must be from 0 to ${secondsMax} seconds (24h)` : undefined;
}

const limit = seconds.default(0);
const text = z.string().default('');
const texts = z.array(z.string()).default([]);
const textMap = z.record(z.string(), z.string()).default({});
const environment = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name of a variable; write letters, digits and _' }),
    z.string(),
  )
  .default({});

const retry = z.strictObject({
  max_attempts: z.int().min(0).max(retriesMax),
  delay: limit,
  backoff_factor: z.number().min(0).max(10).default(0),
  max_delay: limit,
  failures: z.array(z.enum(failureNames)).default([]),
  exit_codes: z.array(z.int().min(1).max(255)).default([]),
});

const resources = z.strictObject({
  cpu_request: text,
  cpu_limit: text,
  memory_request: text,
  memory_limit: text,
});

const matrix = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name of a variable; write letters, digits and _' }),
    z.array(z.string()).min(1),
  )
  .refine((axes) => combinationsOf(axes) <= combinationsMax, {
    error: `has more than ${combinationsMax} combinations`,
  })
  .default({});

const stage = z
  .strictObject({
    id: z.string().min(1),
    type: z.enum(['build', 'test', 'deploy', 'custom']).default('custom'),
    name: text,
    workers: z.int().min(1).max(workersMax).default(1),
    depends_on: texts,
    env: environment,
    image: text,
    run: z.string().min(1).optional(),
    command: texts,
    args: texts,
    timeout: limit,
    queue_timeout: limit,
    retry: retry.optional(),
    run_when: z.enum(['success', 'failure', 'always']).default('success'),
    allow_failure: z.boolean().default(false),
    matrix,
    resources: resources.optional(),
  })
  .superRefine(({ run, command, args, env, matrix: axes }, ctx) => {
    const problem = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    if (run !== undefined && command.length > 0)
      problem(['command'], 'stands beside run; write only one of them');
    if (run !== undefined && args.length > 0) problem(['args'], 'has no meaning beside run');
    for (const [name, values] of Object.entries(axes)) {
      if (name in env) problem(['matrix', name], 'is also in env; choose another name');
      if (new Set(values).size < values.length) problem(['matrix', name], 'names a value twice');
    }
  });

export const pipelineSchema = z.strictObject({
  name: text,
  repository: text,
  commit_sha: text,
  timeout: limit,
  on_failure: z.enum(['stop', 'continue']).default('stop'),
  metadata: textMap,
  stages: z.array(stage).min(1),
});

/** A pipeline as a file describes it, with every default filled in. Times are seconds; 0 = as the server is configured. */
export type PipelineFile = z.output<typeof pipelineSchema>;
export type StageEntry = PipelineFile['stages'][number];

function combinationsOf(axes: Readonly<Record<string, readonly string[]>>): number {
  return Object.values(axes).reduce((count, values) => count * values.length, 1);
}

/** The fields that may stand at a path of the file; none where it knows no fixed ones. */
export function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(pipelineSchema.shape);
  if (path.length === 2 && path[0] === 'stages') return Object.keys(stage.shape);
  if (path.at(-1) === 'retry') return Object.keys(retry.shape);
  return path.at(-1) === 'resources' ? Object.keys(resources.shape) : [];
}
