/** One line of a worker, as text whatever it holds; or a gap, marked where lines are missing. */
import { memo } from 'preact/compat';
import type { LogLine } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { timeText } from '../i18n/duration.ts';
import { words } from '../i18n/words.ts';

interface LogRowProps {
  readonly line: LogLine;
  readonly index: number;
  readonly topPx: number;
  readonly measure: ((element: HTMLElement | null) => void) | undefined;
}

export const LogRow = memo(function LogRow({ line, index, topPx, measure }: LogRowProps) {
  const { log } = words.value;
  const isError = line.source === 'stderr' && line.isGap !== true;
  return (
    <div
      class={line.isGap ? 'log-line is-gap' : isError ? 'log-line is-stderr' : 'log-line'}
      data-index={index}
      {...(measure ? { ref: measure } : {})}
      style={{ transform: `translateY(${topPx}px)` }}
    >
      <time>{timeText(line.atMs)}</time>
      {isError && (
        <abbr class="log-source" title={log.error}>
          err
        </abbr>
      )}
      {line.isGap && <span class="log-source">{log.gap}</span>}
      <span class="log-text">{legible(line.text)}</span>
    </div>
  );
});
