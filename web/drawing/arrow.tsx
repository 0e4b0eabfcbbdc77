/** An edge as ELK placed it, with its head. */
import type { ElkExtendedEdge } from 'elkjs/lib/elk-api.js';
import { edgePath, pointsOf } from './edge-path.ts';

const radiusPx = 6;
const headPx = 6;

export function Arrow({ edge }: { edge: ElkExtendedEdge }) {
  const points = pointsOf(edge);
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return null;
  const degrees = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  return (
    <>
      <path class="arrow" d={edgePath(points, radiusPx)} />
      <path
        class="arrow-head"
        d={`M0 0L${-headPx} ${headPx * 0.6}L${-headPx} ${-headPx * 0.6}Z`}
        transform={`translate(${end.x} ${end.y}) rotate(${degrees})`}
      />
    </>
  );
}
