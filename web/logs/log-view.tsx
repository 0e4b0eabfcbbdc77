/** A worker's log as it comes: follows its end until somebody scrolls up. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { legible } from '../drawing/legible.ts';
import { language, meant, words } from '../i18n/words.ts';
import { liveLog, refusals } from '../live/told.ts';
import { recall, remember } from '../page/memory.ts';
import { LogRow } from './log-row.tsx';
import { isAtEnd } from './follow.ts';

const lineHeightPx = 19;
const overscanLines = 20;

export function LogView({ worker }: { worker: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [isWrapped, setWrapped] = useState(recall('wrap') === 'true');
  const { log: said } = words.value;
  const tail = liveLog(worker);
  const lines = tail?.lines ?? [];
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeightPx,
    overscan: overscanLines,
    useFlushSync: false,
  });
  const goToEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isFollowing) goToEnd();
  });
  useEffect(() => virtual.measure(), [isWrapped]);
  const toggleWrap = () => {
    remember('wrap', String(!isWrapped));
    setWrapped(!isWrapped);
  };
  const refusal = refusals.value.log;
  return (
    <div class={isWrapped ? 'log is-wrapped' : 'log'}>
      <div class="log-bar">
        <span>{said.lines(lines.length.toLocaleString(language.value))}</span>
        {tail && tail.droppedCount > 0 && <span>{said.dropped(tail.droppedCount)}</span>}
        {tail?.isOver && <span>{said.over}</span>}
        <span class="spring" />
        <label>
          <input type="checkbox" checked={isWrapped} onChange={toggleWrap} /> {said.wrap}
        </label>
        <button
          type="button"
          aria-pressed={isFollowing}
          onClick={() => {
            setFollowing(true);
            goToEnd();
          }}
        >
          {isFollowing ? said.following : said.follow}
        </button>
      </div>
      {lines.length === 0 && (
        <p class="hint">
          {refusal === undefined ? (tail?.isOver ? said.emptyOver : said.empty) : legible(meant(refusal))}
        </p>
      )}
      <div
        ref={scroller}
        class="log-scroller"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={said.label(legible(worker))}
        onScroll={({ currentTarget }) => setFollowing(isAtEnd(currentTarget))}
      >
        <div class="log-lines" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index];
            return (
              line && (
                <LogRow
                  key={key}
                  line={line}
                  index={index}
                  topPx={start}
                  measure={isWrapped ? virtual.measureElement : undefined}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
