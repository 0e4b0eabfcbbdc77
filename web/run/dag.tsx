/** Stages and what they wait for; the critical path stands out. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { useEffect, useState } from 'preact/hooks';
import type { RunPicture, StagePicture } from '../../src/inspector/protocol.ts';
import { Arrow } from '../drawing/arrow.tsx';
import { Canvas } from '../drawing/canvas.tsx';
import { layOut } from '../drawing/elk.ts';
import { legible } from '../drawing/legible.ts';
import { measureText } from '../drawing/measure.ts';
import { PhaseMark } from '../drawing/phase-mark.tsx';
import { duration, meant, words } from '../i18n/words.ts';
import { now } from '../live/clock.ts';
import { criticalEdges, dagGraph, shapeOf } from './dag-graph.ts';
import { stageMs } from './gantt-bars.ts';

interface DagProps {
  readonly run: RunPicture;
  readonly chosen: string | undefined;
  readonly choose: (stageId: string) => void;
}

export function Dag({ run, chosen, choose }: DagProps) {
  const [placed, setPlaced] = useState<ElkNode>();
  const shape = shapeOf(run);
  useEffect(() => {
    let isWanted = true;
    void layOut(dagGraph(run, measureText)).then((graph) => isWanted && setPlaced(graph));
    return () => {
      isWanted = false;
    };
  }, [shape]);
  if (!placed) return <p class="hint">{words.value.chart.loading}</p>;
  const critical = criticalEdges(run);
  const onPath = new Set(run.criticalPath);
  const stages = new Map(run.stages.map((stage) => [stage.stageId, stage]));
  return (
    <Canvas width={placed.width ?? 0} height={placed.height ?? 0} label={words.value.run.dag}>
      {(placed.edges ?? [])
        .toSorted((a, b) => Number(critical.has(a.id)) - Number(critical.has(b.id)))
        .map((edge) => (
          <g key={edge.id} class={critical.has(edge.id) ? 'dependency is-critical' : 'dependency'}>
            <Arrow edge={edge} />
          </g>
        ))}
      {(placed.children ?? []).map((box) => {
        const stage = stages.get(box.id);
        return (
          stage && (
            <StageBox
              key={box.id}
              stage={stage}
              box={box}
              isCritical={onPath.has(box.id)}
              isChosen={box.id === chosen}
              choose={choose}
            />
          )
        );
      })}
    </Canvas>
  );
}

interface StageBoxProps {
  readonly stage: StagePicture;
  readonly box: ElkNode;
  readonly isCritical: boolean;
  readonly isChosen: boolean;
  readonly choose: (stageId: string) => void;
}

function StageBox({ stage, box, isCritical, isChosen, choose }: StageBoxProps) {
  const { x = 0, y = 0, width = 0, height = 0 } = box;
  const { phase, run } = words.value;
  const ms = stageMs(stage, now.value);
  const workers = new Set(stage.attempts.map(({ index }) => index)).size;
  const tries = Math.max(0, ...stage.attempts.map(({ attempt }) => attempt));
  const facts = [
    ms === undefined ? undefined : duration(ms),
    workers > 1 ? run.workers(workers) : undefined,
    tries > 1 ? run.tries(tries) : undefined,
    stage.runWhen === 'always' ? run.whenAlways : stage.runWhen === 'failure' ? run.whenFailure : undefined,
  ].filter((fact) => fact !== undefined);
  const classes = ['stage', `phase-${stage.phase}`, isCritical && 'is-critical', isChosen && 'is-chosen'];
  const label = [stage.name, phase[stage.phase], ...facts, isCritical && run.critical]
    .filter(Boolean)
    .join(', ');
  return (
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={0}
      aria-label={legible(label)}
      onClick={() => choose(stage.stageId)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') choose(stage.stageId);
      }}
    >
      <title>{legible([stage.name, meant(stage.message)].filter(Boolean).join('\n'))}</title>
      <rect class="stage-box" width={width} height={height} rx={8} />
      <svg x={10} y={height / 2 - 8} width={16} height={16} overflow="visible">
        <PhaseMark phase={stage.phase} />
      </svg>
      <text class="stage-name" x={34} y={20}>
        {legible(stage.name)}
      </text>
      <text class="stage-facts" x={34} y={37}>
        {facts.length > 0 ? facts.join(' · ') : phase[stage.phase]}
      </text>
    </g>
  );
}
