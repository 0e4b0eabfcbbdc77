/** An arrow's way as SVG: straight pieces with round corners, and the middle of its longest piece. */
import type { ElkExtendedEdge, ElkPoint } from 'elkjs/lib/elk-api.js';

export function pointsOf({ sections = [] }: ElkExtendedEdge): readonly ElkPoint[] {
  return sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
}

/** @param radius of the corners; less where a piece is short */
export function edgePath(points: readonly ElkPoint[], radius: number): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${at(first)}`;
  rest.forEach((corner, index) => {
    const former = points[index];
    const next = rest[index + 1];
    if (!former || !next) {
      path += `L${at(corner)}`;
      return;
    }
    const before = towards(corner, former, radius);
    const after = towards(corner, next, radius);
    path += `L${at(before)}Q${at(corner)} ${at(after)}`;
  });
  return path;
}

function towards(from: ElkPoint, to: ElkPoint, radius: number): ElkPoint {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return from;
  const share = Math.min(radius, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function at({ x, y }: ElkPoint): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
