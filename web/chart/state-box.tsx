/** A state as a box, with its effects in it. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { ChartState } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { headHeightPx, lineHeightPx, linesOf } from './chart-graph.ts';

interface StateBoxProps {
  readonly state: ChartState;
  readonly box: ElkNode;
  readonly isLit: boolean;
}

const insetPx = 3;
const leftPx = 12;

export function StateBox({ state, box, isLit }: StateBoxProps) {
  const { x = 0, y = 0, width = 0, height = 0 } = box;
  const isLeaf = state.children.length === 0;
  const classes = [
    'state',
    isLeaf ? 'is-leaf' : 'is-compound',
    `is-${state.kind}`,
    state.id === '' && 'is-root',
    isLit && 'is-lit',
  ];
  const radius = isLeaf ? 7 : 9;
  return (
    <g class={classes.filter(Boolean).join(' ')} transform={`translate(${x} ${y})`}>
      <title>{titleOf(state)}</title>
      <rect class="state-box" width={width} height={height} rx={radius} />
      {state.kind === 'final' && (
        <rect
          class="state-final"
          x={insetPx}
          y={insetPx}
          width={width - 2 * insetPx}
          height={height - 2 * insetPx}
          rx={radius - 2}
        />
      )}
      <text class="state-name" x={leftPx} y={18}>
        {legible(state.name)}
      </text>
      {linesOf(state).map((line, index) => (
        <text key={line} class="state-line" x={leftPx} y={headHeightPx + 9 + index * lineHeightPx}>
          {legible(line)}
        </text>
      ))}
    </g>
  );
}

function titleOf({ id, name, tags, description, transitions }: ChartState): string {
  const staying = transitions.filter(({ targets }) => targets.length === 0).map(({ event }) => event);
  return [
    id === '' ? name : id,
    description,
    tags.length > 0 ? `# ${tags.join(' ')}` : undefined,
    staying.length > 0 ? `↻ ${[...new Set(staying)].join(', ')}` : undefined,
  ]
    .filter((line) => line !== undefined)
    .map(legible)
    .join('\n');
}
