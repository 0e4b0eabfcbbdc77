/** An actor's chart: where it is is lit, and the way it has just gone is shown. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { useEffect, useState } from 'preact/hooks';
import type { ActorDetail } from '../../src/inspector/protocol.ts';
import { Canvas } from '../drawing/canvas.tsx';
import { legible } from '../drawing/legible.ts';
import { words } from '../i18n/words.ts';
import { ChartArrowView, InitialArrow } from './chart-arrow.tsx';
import { boxId, dotId } from './chart-graph.ts';
import { lastChange, litStates, takenArrows } from './lit.ts';
import { placeChart, type PlacedChart } from './placed-chart.ts';
import { StateBox } from './state-box.tsx';

export function Statechart({ told }: { told: ActorDetail }) {
  const [placed, setPlaced] = useState<PlacedChart | string>();
  const { chart: said } = words.value;
  useEffect(() => {
    let isWanted = true;
    placeChart(told.chart).then(
      (chart) => isWanted && setPlaced(chart),
      (error: unknown) => isWanted && setPlaced(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [told.chart]);
  return (
    <div class="statechart">
      {placed === undefined ? (
        <p class="hint">{said.loading}</p>
      ) : typeof placed === 'string' ? (
        <p class="hint">
          {said.unavailable} {legible(placed)}
        </p>
      ) : (
        <Drawing placed={placed} told={told} />
      )}
    </div>
  );
}

function Drawing({ placed, told }: { placed: PlacedChart; told: ActorDetail }) {
  const { drawing, states, arrows, chart } = placed;
  const lit = litStates(told.value, told.row.state);
  const change = lastChange(told.happenings);
  const taken = change ? takenArrows(states, change) : new Set<string>();
  const boxes = boxesOf(drawing);
  const edges = drawing.edges ?? [];
  const leaves = [...lit].filter((id) => states.get(id)?.children.length === 0);
  // Of several regions, the one that is told most finely.
  const [deepest = ''] = leaves.toSorted((a, b) => b.split('.').length - a.split('.').length);
  const sight = placeOf(boxes.get(boxId(deepest)));
  const { chart: said } = words.value;
  return (
    <>
      <Canvas
        width={drawing.width ?? 0}
        height={drawing.height ?? 0}
        label={`${said.label(legible(chart.name))}; ${said.lit}: ${leaves.join(', ')}`}
        {...(sight ? { sight } : {})}
      >
        {[...states.values()].map((state) => {
          const box = boxes.get(boxId(state.id));
          return box && <StateBox key={state.id} state={state} box={box} isLit={lit.has(state.id)} />;
        })}
        {[...states.values()].map(({ id, initial }) => {
          const dot = boxes.get(dotId(id));
          const edge = edges.find((one) => one.id === `initial:${id}`);
          return initial !== undefined && dot && <InitialArrow key={id} dot={dot} edge={edge} />;
        })}
        {edges.map((edge) => {
          const arrow = arrows.get(edge.id);
          const mark = taken.has(edge.id) ? change?.n : undefined;
          return (
            arrow && <ChartArrowView key={`${edge.id} ${mark}`} edge={edge} arrow={arrow} taken={mark} />
          );
        })}
      </Canvas>
      {change && taken.size > 0 && (
        <p class="taken-event">
          <span class="taken-swatch" aria-hidden="true" /> {said.taken(legible(change.event))}
        </p>
      )}
    </>
  );
}

function boxesOf(drawing: ElkNode): ReadonlyMap<string, ElkNode> {
  const boxes = new Map<string, ElkNode>();
  const note = (node: ElkNode) => {
    boxes.set(node.id, node);
    node.children?.forEach(note);
  };
  note(drawing);
  return boxes;
}

function placeOf(box: ElkNode | undefined) {
  if (!box) return undefined;
  const { x = 0, y = 0, width = 0, height = 0 } = box;
  return { x, y, width, height };
}
