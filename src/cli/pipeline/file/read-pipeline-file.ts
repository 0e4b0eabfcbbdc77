/**
 * From the text of a pipeline file to a pipeline, or to everything that is wrong with it.
 *
 * A problem names file:line:column, the field and the rule. All are told at
 * once, as far as a person reads them.
 */
import type { z } from 'zod';
import { escaped } from '../../printable.ts';
import { didYouMean } from './did-you-mean.ts';
import { graphProblems } from './graph-problems.ts';
import { readDocument, type Located, type Place } from './located-document.ts';
import { ruleOf } from './rules.ts';
import { fieldsAt, pipelineSchema, type PipelineFile, type StageEntry } from './schema.ts';

/** More than the wire takes in one message is no pipeline. */
export const fileBytesMax = 1024 * 1024;
const problemsMax = 20;

interface Problem {
  readonly place: Place;
  readonly field: string;
  readonly rule: string;
}

export type FileReading = { readonly pipeline: PipelineFile } | { readonly problems: readonly string[] };

/** @param name of the file, as it was given. */
export function readPipelineFile(name: string, text: string): FileReading {
  const reading = readDocument(text);
  if ('problems' in reading)
    return refused(
      name,
      reading.problems.map((problem) => ({ ...problem, field: '' })),
    );
  const { located } = reading;
  const parsed = pipelineSchema.safeParse(located.value, { error: ruleOf });
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => problemsOf(located, issue));
    return refused(name, problems);
  }
  const broken = graphProblems(parsed.data.stages.map(graphStage), problemsMax + 1);
  if (broken.length === 0) return { pipeline: parsed.data };
  return refused(
    name,
    broken.map(({ path, rule }) => problemAt(located, ['stages', ...path], rule)),
  );
}

/** A stage as the graph knows it. */
function graphStage({ id, depends_on, run_when }: Pick<StageEntry, 'id' | 'depends_on' | 'run_when'>) {
  return { stageId: id, dependsOn: depends_on, runWhen: run_when };
}

function problemsOf(located: Located, issue: z.core.$ZodIssue): Problem[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(located, path, key));
  if (issue.code !== 'invalid_key') return [problemAt(located, path, message)];
  const place = located.placeOf(path.slice(0, -1), String(path.at(-1)));
  return [{ place, field: fieldName(path), rule: issue.issues[0]?.message ?? message }];
}

function problemAt(located: Located, path: readonly PropertyKey[], rule: string): Problem {
  return { place: located.placeOf(path), field: fieldName(path), rule };
}

function unknownField(located: Located, path: readonly PropertyKey[], key: string): Problem {
  return {
    place: located.placeOf(path, key),
    field: fieldName([...path, key]),
    rule: `is unknown${didYouMean(key, fieldsAt(path))}`,
  };
}

/** `stages[2].retry.max_attempts`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, step) =>
      typeof step === 'number' ? `${name}[${step}]` : `${name}${name === '' ? '' : '.'}${String(step)}`,
    '',
  );
}

function refused(name: string, problems: readonly Problem[]): FileReading {
  const lines = problems
    .toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
    .slice(0, problemsMax)
    .map(({ place, field, rule }) =>
      escaped(`${name}:${place.line}:${place.column}: ${field === '' ? '' : `${field}: `}${rule}`),
    );
  const more = problems.length - lines.length;
  return { problems: more > 0 ? [...lines, `… and ${more} more`] : lines };
}
