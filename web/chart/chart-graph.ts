/**
 * A statechart as a graph for ELK: states nested as boxes, a dot before what is entered first, one arrow for all
 * transitions between the same two states.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { Chart, ChartState, ChartTransition } from '../../src/inspector/protocol.ts';
import type { Measure } from '../drawing/text-width.ts';

export const lineHeightPx = 15;
export const headHeightPx = 26;
const paddingPx = 12;
const dotPx = 9;
/** More transitions between two states are counted, not named. */
const labelLinesMax = 3;

export interface ChartArrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Of all transitions that it stands for: events, and guards of those that need no event. */
  readonly labels: readonly string[];
  /** The same with all their guards. */
  readonly titles: readonly string[];
}

export interface ChartGraph {
  readonly graph: ElkNode;
  readonly states: ReadonlyMap<string, ChartState>;
  readonly arrows: ReadonlyMap<string, ChartArrow>;
}

export const dotId = (state: string): string => `${state}/initial`;
/** ELK's root is the drawing; the chart's root is a box in it. */
export const boxId = (state: string): string => `state:${state}`;

export function chartGraph({ root }: Chart, measure: Measure): ChartGraph {
  const states = new Map<string, ChartState>();
  const arrows = new Map<string, ChartArrow>();
  const note = (state: ChartState) => {
    states.set(state.id, state);
    state.children.forEach(note);
  };
  note(root);
  for (const state of states.values()) for (const arrow of arrowsOf(state)) arrows.set(arrow.id, arrow);
  const edges = [...arrows.values()].map((arrow) => edgeOf(arrow, measure));
  const dots = [...states.values()].flatMap(({ id, initial }) =>
    initial === undefined
      ? []
      : [{ id: `initial:${id}`, sources: [dotId(id)], targets: [boxId(initial)] } satisfies ElkExtendedEdge],
  );
  const graph: ElkNode = {
    id: 'drawing',
    layoutOptions: layoutOptions,
    children: [boxOf(root, measure)],
    edges: [...dots, ...edges],
  };
  return { graph, states, arrows };
}

function arrowsOf(state: ChartState): readonly ChartArrow[] {
  const byTarget = new Map<string, ChartTransition[]>();
  for (const transition of state.transitions) {
    for (const target of transition.targets) {
      if (target === state.id) continue;
      const others = byTarget.get(target);
      if (others) others.push(transition);
      else byTarget.set(target, [transition]);
    }
  }
  return [...byTarget].map(([to, transitions]) => ({
    id: `${state.id}→${to}`,
    from: state.id,
    to,
    labels: [...new Set(transitions.map(labelOf))],
    titles: [...new Set(transitions.map(titleOf))],
  }));
}

function labelOf({ event, guard }: ChartTransition): string {
  return event === 'always' && guard !== undefined && !guard.includes(' ') ? `[${guard}]` : event;
}

function titleOf({ event, guard }: ChartTransition): string {
  return guard === undefined ? event : `${event} [${guard}]`;
}

/** Lines inside of a state's box: its effects, and what it answers without leaving. */
export function linesOf(state: ChartState): readonly string[] {
  if (state.children.length > 0) return state.invokes.map((name) => `▸ ${name}`);
  const staying = state.transitions
    .filter(({ targets }) => targets.includes(state.id))
    .map(({ event }) => `↻ ${event}`);
  return [...state.invokes.map((name) => `▸ ${name}`), ...new Set(staying)];
}

export function labelLines(labels: readonly string[]): readonly string[] {
  if (labels.length <= labelLinesMax) return labels;
  return [...labels.slice(0, labelLinesMax - 1), `+ ${labels.length - labelLinesMax + 1}`];
}

function boxOf(state: ChartState, measure: Measure): ElkNode {
  const lines = linesOf(state);
  const widest = Math.max(measure(state.name, 'name'), ...lines.map((line) => measure(line, 'label')));
  const width = widest + 2 * paddingPx;
  const headPx = headHeightPx + lines.length * lineHeightPx;
  if (state.children.length === 0) {
    return { id: boxId(state.id), width, height: headPx + (lines.length > 0 ? 6 : 4) };
  }
  const dot: ElkNode[] =
    state.initial === undefined ? [] : [{ id: dotId(state.id), width: dotPx, height: dotPx }];
  return {
    id: boxId(state.id),
    children: [...dot, ...state.children.map((child) => boxOf(child, measure))],
    layoutOptions: {
      'elk.padding': `[top=${headPx + 10},left=${paddingPx},bottom=${paddingPx},right=${paddingPx}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width}, ${headPx})`,
    },
  };
}

function edgeOf({ id, from, to, labels }: ChartArrow, measure: Measure): ElkExtendedEdge {
  const lines = labelLines(labels);
  return {
    id,
    sources: [boxId(from)],
    targets: [boxId(to)],
    labels: [
      {
        text: lines.join('\n'),
        width: Math.max(...lines.map((line) => measure(line, 'label'))) + 4,
        height: lines.length * (lineHeightPx - 2),
      },
    ],
  };
}

/** Downwards: names are wide, and so the drawing fits beside the tree. */
const layoutOptions: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.layered.considerModelOrder.strategy': 'PREFER_EDGES',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.spacing.nodeNode': '18',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.edgeLabel': '3',
  'elk.padding': '[top=4,left=4,bottom=4,right=4]',
};
