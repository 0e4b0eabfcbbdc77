/** Durations as people read them: two units at most, digits that do not jump. */
export interface UnitWords {
  readonly d: string;
  readonly h: string;
  readonly m: string;
  readonly s: string;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** @param ms less than 0 counts as 0 */
export function durationText(ms: number, units: UnitWords): string {
  const rest = Math.max(0, ms);
  if (rest < 10 * secondMs) return `${(Math.floor(rest / 100) / 10).toFixed(1)}${units.s}`;
  if (rest < minuteMs) return `${Math.floor(rest / secondMs)}${units.s}`;
  if (rest < hourMs) return two(rest, minuteMs, units.m, secondMs, units.s);
  if (rest < dayMs) return two(rest, hourMs, units.h, minuteMs, units.m);
  return two(rest, dayMs, units.d, hourMs, units.h);
}

function two(ms: number, greatMs: number, great: string, smallMs: number, small: string): string {
  const whole = Math.floor(ms / greatMs);
  const rest = Math.floor((ms % greatMs) / smallMs);
  return `${whole}${great} ${String(rest).padStart(2, '0')}${small}`;
}

/** As `14:03:07.123` in this place's time. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_024 ** 2) return `${(bytes / 1_024).toFixed(1)} KiB`;
  return `${(bytes / 1_024 ** 2).toFixed(1)} MiB`;
}
