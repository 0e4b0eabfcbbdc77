/** A state as people write it: `a.b`, and `a.(b, c)` where two regions are active. */
export function statePath(value: object | string): string {
  if (typeof value === 'string') return value;
  const parts = Object.entries(value).map(([state, inner]: [string, object | string | undefined]) => {
    const below = inner === undefined ? '' : statePath(inner);
    return below === '' ? state : `${state}.${below}`;
  });
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
}
