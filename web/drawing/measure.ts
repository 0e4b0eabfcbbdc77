/** How wide text will be, asked of the browser without laying anything out. */
import type { Measure } from './text-width.ts';

const fonts = {
  name: '600 13px system-ui, "Noto Sans CJK KR", sans-serif',
  label: '11px ui-monospace, "DejaVu Sans Mono", monospace',
} as const;

let context: CanvasRenderingContext2D | null | undefined;

export const measureText: Measure = (text, font) => {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 8;
  context.font = fonts[font];
  return Math.ceil(context.measureText(text).width);
};
