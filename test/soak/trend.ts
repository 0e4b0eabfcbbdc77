/** Whether a series of measurements grows for good, or only goes up and down. */

export interface Point {
  readonly hours: number;
  readonly value: number;
}

export interface Trend {
  readonly perHour: number;
  /** What chance alone makes of it. */
  readonly errorPerHour: number;
  readonly mean: number;
  readonly hours: number;
}

/** By least squares; NaN with fewer than three points. */
export function trendOf(points: readonly Point[]): Trend {
  const n = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / n;
  const [hoursMean, valueMean] = [mean(({ hours }) => hours), mean(({ value }) => value)];
  const spread = mean(({ hours }) => (hours - hoursMean) ** 2) * n;
  const perHour = (mean((one) => (one.hours - hoursMean) * (one.value - valueMean)) * n) / spread;
  const residue = mean((one) => (one.value - valueMean - perHour * (one.hours - hoursMean)) ** 2) * n;
  return {
    perHour,
    errorPerHour: n < 3 ? Number.NaN : Math.sqrt(residue / (n - 2) / spread),
    mean: valueMean,
    hours: (points.at(-1)?.hours ?? 0) - (points[0]?.hours ?? 0),
  };
}

/** The second half: what a program needs to warm up is no growth. */
export function secondHalf(points: readonly Point[]): readonly Point[] {
  const end = points.at(-1)?.hours ?? 0;
  return points.filter(({ hours }) => hours >= end / 2);
}

const certainty = 4;
const shareAllowed = 0.1;

/** More than chance makes, and more than a load that comes and goes. Unknown of too few points is no. */
export function growsWithoutBound({ perHour, errorPerHour, mean, hours }: Trend, allowed: number): boolean {
  return perHour > certainty * errorPerHour && perHour * hours > Math.max(allowed, mean * shareAllowed);
}
