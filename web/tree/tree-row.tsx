/** One actor as a line of the tree. */
import { memo } from 'preact/compat';
import { Age } from '../drawing/age.tsx';
import { legible } from '../drawing/legible.ts';
import { PhaseMark } from '../drawing/phase-mark.tsx';
import { meant, words } from '../i18n/words.ts';
import type { VisibleRow } from './visible-rows.ts';

const indentPx = 16;
export const rowHeightPx = 28;

export const rowDomId = (id: string): string => `row-${encodeURIComponent(id)}`;

interface TreeRowProps extends VisibleRow {
  readonly topPx: number;
  readonly isChosen: boolean;
  readonly isFocused: boolean;
  readonly choose: (id: string) => void;
  readonly setOpen: (id: string, isOpen: boolean) => void;
}

export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const { row, depth, isOpen, isWay, position, siblings, topPx, isChosen, isFocused } = props;
  const { kind, tree } = words.value;
  const classes = ['tree-row', isWay && 'is-way', row.isOver && 'is-over', isFocused && 'is-focused'];
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree holds the focus and hears the keys
    <div
      role="treeitem"
      id={rowDomId(row.id)}
      class={classes.filter(Boolean).join(' ')}
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={isChosen}
      {...(isOpen === undefined ? {} : { 'aria-expanded': isOpen })}
      style={{ transform: `translateY(${topPx}px)`, paddingLeft: `${8 + depth * indentPx}px` }}
      title={row.reason === undefined ? undefined : legible(meant(row.reason))}
      onClick={() => props.choose(row.id)}
    >
      {isOpen === undefined ? (
        <span class="caret" />
      ) : (
        <button
          type="button"
          class={isOpen ? 'caret is-open' : 'caret'}
          tabIndex={-1}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            props.setOpen(row.id, !isOpen);
          }}
        />
      )}
      <PhaseMark phase={row.phase} isLabelled />
      <span class="row-name">{legible(row.name)}</span>
      <span class={row.kind === 'worker' ? 'row-kind is-unseen' : 'row-kind'}>{kind[row.kind]}</span>
      {row.kind === 'pipeline' && row.pipeline !== undefined && row.pipeline !== row.name && (
        <span class="row-id">{legible(row.pipeline)}</span>
      )}
      {row.attempt !== undefined && row.attempt > 1 && (
        <span class="row-attempt">{tree.attempt(row.attempt)}</span>
      )}
      {row.failure !== undefined && <span class="row-failure">{legible(row.failure)}</span>}
      <span class="row-state">{legible(row.state)}</span>
      {!row.isOver && <Age sinceMs={row.sinceMs} />}
    </div>
  );
});
