/** Under which licences others' code may be shipped with ours, which is MIT: a notice at most is asked for. */
import type { Bill, Component } from './bill-of-materials.ts';

const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Weighed one by one. */
const exceptions: ReadonlyMap<string, string> = new Map([
  // Its source is not changed, and where it is stands in the bill; so the rest may be under another licence (3.1, 3.2).
  ['elkjs', 'EPL-2.0'],
]);

/** @returns one sentence for each component whose licence is not allowed */
export function licenceComplaints({ components }: Bill): readonly string[] {
  return components.flatMap((component) => {
    const licence = licenceOf(component);
    if (isAllowed(licence, exceptions.get(component.name))) return [];
    return `${component['bom-ref']} is shipped under ${licence === '' ? 'no licence' : licence}, which nobody has agreed to: replace it, or weigh it in scripts/supply-chain/licences.ts`;
  });
}

/** SPDX; '' = it says none. */
function licenceOf({ licenses = [] }: Component): string {
  const all = licenses.map((one) =>
    'expression' in one ? one.expression : (one.license.id ?? one.license.name ?? ''),
  );
  return all.join(' AND ');
}

/** One of what an OR offers is enough; of an AND all are needed; what mixes both has to be weighed. */
function isAllowed(expression: string, exception: string | undefined): boolean {
  const isFine = (licence: string) => allowed.has(licence) || licence === exception;
  const plain = expression.replaceAll(/[()]/g, '');
  if (isFine(expression) || isFine(plain)) return true;
  const [all, any] = [plain.split(' AND '), plain.split(' OR ')];
  if (all.length > 1 && any.length > 1) return false;
  return all.length > 1 ? all.every(isFine) : any.some(isFine);
}
