/** The transitions between two states as one arrow. */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { Arrow } from '../drawing/arrow.tsx';
import { legible } from '../drawing/legible.ts';
import { labelLines, type ChartArrow } from './chart-graph.ts';

const labelLineHeightPx = 13;

interface ChartArrowViewProps {
  readonly edge: ElkExtendedEdge;
  readonly arrow: ChartArrow;
  /** Number of the happening that took it just now. */
  readonly taken: number | undefined;
}

export function ChartArrowView({ edge, arrow, taken }: ChartArrowViewProps) {
  const [label] = edge.labels ?? [];
  return (
    <g class={taken === undefined ? 'transition' : 'transition is-taken'}>
      <title>{legible(arrow.titles.join('\n'))}</title>
      <Arrow edge={edge} />
      {label &&
        labelLines(arrow.labels).map((line, index) => (
          <text
            key={line}
            class="transition-label"
            x={(label.x ?? 0) + 2}
            y={(label.y ?? 0) + 10 + index * labelLineHeightPx}
          >
            {legible(line)}
          </text>
        ))}
    </g>
  );
}

export function InitialArrow({ dot, edge }: { dot: ElkNode; edge: ElkExtendedEdge | undefined }) {
  const { x = 0, y = 0, width = 0 } = dot;
  const radius = width / 2;
  return (
    <g class="initial">
      <circle cx={x + radius} cy={y + radius} r={radius - 0.5} />
      {edge && <Arrow edge={edge} />}
    </g>
  );
}
