/** A chart with places: asked of the server and laid out once, then kept. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { Chart } from '../../src/inspector/protocol.ts';
import { layOut } from '../drawing/elk.ts';
import { measureText } from '../drawing/measure.ts';
import { chartGraph, type ChartGraph } from './chart-graph.ts';

export interface PlacedChart extends Omit<ChartGraph, 'graph'> {
  readonly chart: Chart;
  readonly drawing: ElkNode;
}

const placed = new Map<string, Promise<PlacedChart>>();

export function placeChart(name: string): Promise<PlacedChart> {
  const kept = placed.get(name) ?? place(name);
  placed.set(name, kept);
  kept.catch(() => placed.delete(name));
  return kept;
}

async function place(name: string): Promise<PlacedChart> {
  const chart = await fetchChart(name);
  const { graph, states, arrows } = chartGraph(chart, measureText);
  return { chart, states, arrows, drawing: await layOut(graph) };
}

async function fetchChart(name: string): Promise<Chart> {
  const response = await fetch(`api/charts/${encodeURIComponent(name)}`);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const chart: Chart = await response.json();
  return chart;
}
