/** A run's stages as a graph for ELK. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { RunPicture } from '../../src/inspector/protocol.ts';
import type { Measure } from '../drawing/text-width.ts';

const stageHeightPx = 48;
const leastWidthPx = 158;
const mostWidthPx = 240;
const besidesNamePx = 44;

export function dagGraph({ stages }: RunPicture, measure: Measure): ElkNode {
  const ids = new Set(stages.map(({ stageId }) => stageId));
  return {
    id: 'dag',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.spacing.nodeNodeBetweenLayers': '44',
      'elk.spacing.nodeNode': '14',
      'elk.spacing.edgeNode': '12',
      'elk.padding': '[top=6,left=6,bottom=6,right=6]',
    },
    children: stages.map(({ stageId, name }) => ({
      id: stageId,
      width: Math.min(mostWidthPx, Math.max(leastWidthPx, measure(name, 'name') + besidesNamePx)),
      height: stageHeightPx,
    })),
    edges: stages.flatMap(({ stageId, dependsOn }) =>
      dependsOn
        .filter((other) => ids.has(other))
        .map((other) => ({ id: edgeId(other, stageId), sources: [other], targets: [stageId] })),
    ),
  };
}

export function edgeId(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

/** What the drawing depends on: while it is the same, places stay. */
export function shapeOf({ stages }: RunPicture): string {
  return JSON.stringify(stages.map(({ stageId, name, dependsOn }) => [stageId, name, dependsOn]));
}

/** The arrows between neighbours of the critical path. */
export function criticalEdges({ criticalPath }: RunPicture): ReadonlySet<string> {
  return new Set(criticalPath.slice(1).map((id, index) => edgeId(criticalPath[index] ?? '', id)));
}
