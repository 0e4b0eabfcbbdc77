/**
 * `build_config` of a scale command: a few keys with a meaning, the rest environment.
 *
 * An empty value of a key with a meaning says "not given", as protobuf's own
 * fields do. The template is built field by field from an allow-list; nothing
 * a caller wrote is ever merged into it.
 */
import type { WorkerTemplate } from '../../machines/command.ts';
import { environmentName } from './environment.ts';
import { image } from './image.ts';
import type { Limits } from './limits.ts';
import { type Pair, sortedPairs } from './pairs.ts';
import { withinPayload } from './payload.ts';
import { entryOf, quote, reject } from './reject.ts';
import { workerResources } from './resources.ts';
import { processData } from './text.ts';

const field = 'build_config';
const meaningful = [
  'image',
  'command',
  'timeout_seconds',
  'cpu_request',
  'cpu_limit',
  'memory_request',
  'memory_limit',
] as const;
type MeaningfulKey = (typeof meaningful)[number];

export function workerTemplate(
  buildConfig: Readonly<Record<string, string>>,
  limits: Limits,
): WorkerTemplate {
  const entries = new Map(Object.entries(buildConfig));
  if (entries.size > limits.buildConfigEntriesMax)
    reject(field, `has ${entries.size} entries; at most ${limits.buildConfigEntriesMax} are allowed`);
  const given = (key: MeaningfulKey): string => entries.get(key) ?? '';

  const reserved: ReadonlySet<string> = new Set(meaningful);
  const variables = sortedPairs(entries).filter(([name]) => !reserved.has(name));
  withinPayload(field, given('command') === '' ? [] : [given('command')], variables, limits);

  const command = processData(entryOf(field, 'command'), given('command'));
  const template: WorkerTemplate = {
    image: image(entryOf(field, 'image'), given('image'), limits),
    timeoutSeconds: timeoutSeconds(given('timeout_seconds'), limits),
    env: variables.map(([name, value]): Pair => {
      const entry = entryOf(field, name);
      return [
        environmentName(entry, name, 'is neither a known key nor an environment name'),
        processData(entry, value),
      ];
    }),
    resources: workerResources((key) => entryOf(field, key), given, limits),
  };
  return command === '' ? template : { ...template, command };
}

function timeoutSeconds(text: string, limits: Limits): number {
  if (text === '') return 0;
  const entry = entryOf(field, 'timeout_seconds');
  const rule = `write whole seconds from 0 (the configured maximum) to ${limits.timeoutSecondsMax}`;
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text)) reject(entry, `${quote(text)} is not a number of seconds; ${rule}`);
  const seconds = Number(text);
  if (seconds > limits.timeoutSecondsMax) reject(entry, `${text} is too long; ${rule}`);
  return seconds;
}
