/** The actor tree: only the lines in sight are in the document, however many there are. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../i18n/words.ts';
import { liveTree, treeOfNow, truncated } from '../live/told.ts';
import { choose, place } from '../page/place.ts';
import { FilterBar } from './filter-bar.tsx';
import { moveBy } from './move.ts';
import { rowDomId, rowHeightPx, TreeRow } from './tree-row.tsx';
import { clearFilter, focusedId, openWayTo, rows, setOpen } from './tree-state.ts';

const overscanRows = 12;

export function TreeView() {
  const scroller = useRef<HTMLDivElement>(null);
  const { tree } = words.value;
  const visible = rows.value;
  const all = liveTree();
  const chosen = place.value.id;
  const focused = focusedId.value;
  const virtual = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: overscanRows,
    useFlushSync: false,
  });

  const goTo = (id: string) => {
    focusedId.value = id;
    const index = rows.value.findIndex(({ row }) => row.id === id);
    if (index !== -1) virtual.scrollToIndex(index, { align: 'auto' });
  };

  // Whoever is chosen elsewhere (a cause, a bar of the Gantt) is shown here, too.
  useEffect(() => {
    if (chosen === '') return;
    if (!rows.peek().some(({ row }) => row.id === chosen)) openWayTo(treeOfNow().ancestorsOf(chosen));
    goTo(chosen);
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') clearFilter();
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1);
    const move = moveBy(event.key, visible, focused, page);
    if (!move) return;
    event.preventDefault();
    if (move.kind === 'focus') goTo(move.id);
    else if (move.kind === 'choose') choose(move.id);
    else setOpen(move.id, move.kind === 'open');
  };

  return (
    <nav class="tree" aria-label={tree.label}>
      <FilterBar
        toTree={() => {
          scroller.current?.focus();
          const [first] = rows.value;
          if (first && !rows.value.some(({ row }) => row.id === focusedId.value)) goTo(first.row.id);
        }}
      />
      <div
        ref={scroller}
        class="tree-scroller"
        role="tree"
        aria-label={tree.label}
        tabIndex={0}
        {...(focused === '' ? {} : { 'aria-activedescendant': rowDomId(focused) })}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (focusedId.value === '') focusedId.value = chosen === '' ? (visible[0]?.row.id ?? '') : chosen;
        }}
      >
        <div class="tree-lines" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = visible[index];
            return (
              line && (
                <TreeRow
                  key={line.row.id}
                  {...line}
                  row={all.get(line.row.id) ?? line.row}
                  topPx={start}
                  isChosen={line.row.id === chosen}
                  isFocused={line.row.id === focused}
                  choose={chooseByClick}
                  setOpen={setOpen}
                />
              )
            );
          })}
        </div>
      </div>
      <TreeFoot />
    </nav>
  );
}

function TreeFoot() {
  const { tree } = words.value;
  const all = treeOfNow().size;
  const shown = rows.value.length;
  return (
    <p class="tree-foot">
      {all === 0 ? tree.nothingThere : shown === 0 ? tree.nothingFits : tree.shown(shown, all)}
      {truncated.value > 0 && <span class="warning"> {tree.truncated(truncated.value)}</span>}
    </p>
  );
}

function chooseByClick(id: string): void {
  focusedId.value = id;
  choose(id);
}
