/** The pipeline that the command line names: a sample or a file. */
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';
import { fileBytesMax, readPipelineFile, type FileReading } from './file/read-pipeline-file.ts';
import type { Source } from './pipeline-options.ts';
import { samplePipeline } from './sample-pipelines.ts';

/** @throws UsageError where there is no such file. */
export function loadPipeline(source: Source): FileReading {
  if (source.kind === 'sample') return { pipeline: samplePipeline(source.type) };
  return readPipelineFile(source.path, readText(source.path));
}

/** How the source is spoken of. */
export function nameOfSource(source: Source): string {
  return source.kind === 'sample' ? `-type ${source.type}` : source.path;
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > fileBytesMax)
      throw new UsageError(`-file: "${path}" has ${size} bytes; a pipeline has at most ${fileBytesMax}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`-file: cannot read "${path}": ${reasonOf(error)}`);
  }
}

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return reasons.get(code) ?? message;
}
