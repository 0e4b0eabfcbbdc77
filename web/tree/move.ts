/** What keys do in the tree, after the ARIA pattern of tree views. */
import type { VisibleRow } from './visible-rows.ts';

export type Move =
  | { readonly kind: 'focus'; readonly id: string }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'close'; readonly id: string }
  | { readonly kind: 'choose'; readonly id: string };

/**
 * @param focused id of the row that has the focus; '' where none has
 * @param page how many rows PageUp and PageDown go
 * @returns undefined where the key does nothing
 */
export function moveBy(
  key: string,
  rows: readonly VisibleRow[],
  focused: string,
  page: number,
): Move | undefined {
  const at = rows.findIndex(({ row }) => row.id === focused);
  const to = (index: number): Move | undefined => {
    const found = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    return found && { kind: 'focus', id: found.row.id };
  };
  const current = rows[at];
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at === -1 ? 0 : at - 1);
    case 'PageDown':
      return to(Math.max(at, 0) + page);
    case 'PageUp':
      return to(at - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (!current || current.isOpen === undefined) return undefined;
      return current.isOpen ? to(at + 1) : { kind: 'open', id: focused };
    case 'ArrowLeft':
      if (!current) return undefined;
      if (current.isOpen === true) return { kind: 'close', id: focused };
      return to(rows.findLastIndex(({ depth }, index) => index < at && depth < current.depth));
    case 'Enter':
    case ' ':
      return current && { kind: 'choose', id: focused };
    default:
      return undefined;
  }
}
