/**
 * A stage's matrix: named lists, one set of workers for each combination of their values.
 *
 * Workers are numbered by the order of lists and values, so that order has a meaning and is kept.
 */
import type { MatrixAxis } from '../../machines/pipeline/command.ts';
import type { MatrixAxis__Output } from '../generated/ottoscaler/v1/MatrixAxis.ts';
import { environmentName } from './environment.ts';
import type { Limits } from './limits.ts';
import { quote, reject } from './reject.ts';
import { processData } from './text.ts';

/** @param config names that every worker of the stage has already */
export function matrix(
  field: string,
  axes: readonly MatrixAxis__Output[],
  config: ReadonlySet<string>,
  limits: Limits,
): MatrixAxis[] {
  withinCombinations(field, axes, limits);
  const names = new Set<string>();
  return axes.map(({ name, values }, index) => {
    const axis = `${field}[${index}]`;
    environmentName(`${axis}.name`, name);
    if (config.has(name))
      reject(`${axis}.name`, `${quote(name)} is a key of config too; a name has one value`);
    if (names.has(name)) reject(`${axis}.name`, `${quote(name)} is the name of another list too`);
    names.add(name);
    return { name, values: distinctValues(`${axis}.values`, values) };
  });
}

/** Counted list by list, so that the product never grows beyond what a number holds exactly. */
function withinCombinations(field: string, axes: readonly MatrixAxis__Output[], limits: Limits): void {
  let combinations = 1;
  for (const [index, { values }] of axes.entries()) {
    if (values.length === 0) reject(`${field}[${index}].values`, 'is empty; give it one value or more');
    combinations *= values.length;
    if (combinations > limits.matrixCombinationsMax)
      reject(
        field,
        `has ${combinations} combinations or more; at most ${limits.matrixCombinationsMax} are allowed`,
      );
  }
}

function distinctValues(field: string, values: readonly string[]): string[] {
  const known = new Set<string>();
  for (const [index, value] of values.entries()) {
    processData(`${field}[${index}]`, value);
    if (known.has(value)) reject(`${field}[${index}]`, `${quote(value)} is there twice; values are distinct`);
    known.add(value);
  }
  return [...known];
}
