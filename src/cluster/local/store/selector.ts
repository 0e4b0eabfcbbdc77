/**
 * Label and field selectors, as the query strings of the Kubernetes API spell them.
 *
 * Parsing throws a 400; matching never throws.
 */
import { ApiError } from '../api-error.ts';
import { isJsonObject, type KubeObject } from '../kube-object.ts';
import type { ResourceType } from './resource-type.ts';

export type Matches = (object: KubeObject) => boolean;

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

const has = (labels: Readonly<Record<string, string>>, key: string): boolean => Object.hasOwn(labels, key);

const unparsable = (selector: string, why: string): ApiError =>
  new ApiError('BadRequest', `unable to parse requirement: ${why} in selector ${JSON.stringify(selector)}`);

const setExpression = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Splits at commas that are not inside parentheses. */
function terms(selector: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < selector.length; at += 1) {
    const character = selector[at];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) {
      found.push(selector.slice(start, at).trim());
      start = at + 1;
    }
  }
  found.push(selector.slice(start).trim());
  return found;
}

function labelRequirement(term: string, selector: string): Requirement {
  const set = setExpression.exec(term);
  const equal = set === null ? equality.exec(term) : null;
  const negated = term.startsWith('!');
  const key = set?.[1] ?? equal?.[1] ?? (negated ? term.slice(1).trim() : term);
  if (!labelKey.test(key)) throw unparsable(selector, `invalid label key ${JSON.stringify(key)}`);
  const values = set === null ? [equal?.[3] ?? ''] : (set[3] ?? '').split(',').map((value) => value.trim());
  const bad = values.find((value) => !labelValue.test(value));
  if (bad !== undefined) throw unparsable(selector, `invalid label value ${JSON.stringify(bad)}`);
  if (set?.[2] === 'in') return (labels) => has(labels, key) && values.includes(labels[key] ?? '');
  // `notin` and `!=` also select objects without the label.
  if (set?.[2] === 'notin') return (labels) => !has(labels, key) || !values.includes(labels[key] ?? '');
  if (equal?.[2] === '!=') return (labels) => !has(labels, key) || labels[key] !== values[0];
  if (equal !== null) return (labels) => has(labels, key) && labels[key] === values[0];
  return negated ? (labels) => !has(labels, key) : (labels) => has(labels, key);
}

const noLabels: Readonly<Record<string, string>> = {};

export function parseLabelSelector(selector: string): Matches | undefined {
  if (selector.trim() === '') return undefined;
  const requirements = terms(selector).map((term) => labelRequirement(term, selector));
  return (object) => {
    const labels = object.metadata.labels ?? noLabels;
    return requirements.every((holds) => holds(labels));
  };
}

/** The text of a field by its dotted path; absent fields read as the empty string, as in Kubernetes. */
export function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) value = isJsonObject(value) ? value[part] : undefined;
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

const always = ['metadata.name', 'metadata.namespace'];

export function parseFieldSelector(selector: string, type: ResourceType): Matches | undefined {
  if (selector.trim() === '') return undefined;
  const requirements = selector.split(',').map((term) => {
    const parts = /^([^=!]+)(==|=|!=)(.*)$/.exec(term.trim());
    const [, path = '', operator = '', wanted = ''] = parts ?? [];
    if (parts === null)
      throw new ApiError('BadRequest', `invalid selector: '${selector}'; can't understand '${term}'`);
    if (!always.includes(path) && !type.selectableFields.includes(path))
      throw new ApiError(
        'BadRequest',
        `Unable to find "${type.group}/${type.version}, Resource=${type.plural}" that match label selector "", ` +
          `field selector ${JSON.stringify(selector)}: field label not supported: ${path}`,
      );
    return { path, wanted, negated: operator === '!=' };
  });
  return (object) =>
    requirements.every(({ path, wanted, negated }) => (fieldText(object, path) === wanted) !== negated);
}

export function both(first: Matches | undefined, second: Matches | undefined): Matches | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (object) => first(object) && second(object);
}
