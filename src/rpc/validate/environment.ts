/**
 * Names of environment variables that callers may set.
 *
 * Reserved are the ones that change how programs load (`LD_*`, `PATH`,
 * `NODE_OPTIONS`), the ones Ottoscaler sets (`OTTO_*`) and the ones by which
 * programs find the cluster (`KUBERNETES_*`).
 */
import { reject } from './reject.ts';

const nameGrammar = /^[A-Za-z_][A-Za-z0-9_]*$/;
const reservedPrefixes = ['LD_', 'OTTO_', 'KUBERNETES_'];
const reservedNames = new Set(['PATH', 'NODE_OPTIONS']);

/** @param otherwise what the name is if it is none; the message goes on with the grammar */
export function environmentName(
  field: string,
  name: string,
  otherwise = 'is not an environment name',
): string {
  if (!nameGrammar.test(name)) reject(field, `${otherwise}; those match [A-Za-z_][A-Za-z0-9_]*`);
  const prefix = reservedPrefixes.find((reserved) => name.startsWith(reserved));
  if (prefix) reject(field, `environment names ${prefix}* are reserved; choose another name`);
  if (reservedNames.has(name)) reject(field, `the environment name ${name} is reserved; choose another name`);
  return name;
}
