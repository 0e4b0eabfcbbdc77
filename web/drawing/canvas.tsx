/** A drawing in its place: as large as fits, or larger and scrolled. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { words } from '../i18n/words.ts';

/** Smaller than this nothing can be read: it is scrolled instead. */
const scaleLeast = 0.66;
const scaleMost = 2;
const step = 1.25;

interface CanvasProps {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly children: ComponentChildren;
  /** Scrolled into sight whenever it changes: a place in the drawing. */
  readonly sight?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export function Canvas({ width, height, label, children, sight }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [fitting, setFitting] = useState(1);
  const [chosen, setChosen] = useState<number>();
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const fit = () => setFitting(Math.max(scaleLeast, Math.min(1, (element.clientWidth - 2) / width)));
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => observer.disconnect();
  }, [width]);
  const scale = chosen ?? fitting;
  const sightKey = sight && `${sight.x} ${sight.y} ${scale}`;
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || !sight) return;
    const left = (sight.x + sight.width / 2) * scale - element.clientWidth / 2;
    const top = (sight.y + sight.height / 2) * scale - element.clientHeight / 2;
    element.scrollTo({ left, top });
  }, [sightKey]);
  const { chart } = words.value;
  const zoom = (by: number) => setChosen(Math.min(scaleMost, Math.max(0.3, scale * by)));
  return (
    <div class="canvas">
      <div class="canvas-frame" ref={frame}>
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${width} ${height}`}
          width={width * scale}
          height={height * scale}
        >
          {children}
        </svg>
      </div>
      <div class="canvas-zoom">
        <button type="button" aria-label={chart.smaller} title={chart.smaller} onClick={() => zoom(1 / step)}>
          −
        </button>
        <button type="button" onClick={() => setChosen(undefined)}>
          {chart.fit}
        </button>
        <button type="button" aria-label={chart.larger} title={chart.larger} onClick={() => zoom(step)}>
          +
        </button>
      </div>
    </div>
  );
}
