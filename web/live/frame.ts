/** Many changes, one drawing. */
const hiddenMs = 250;

/** @returns asks for `draw`: at once, and then `everyMs` after the last time at the earliest */
export function atMostEvery(everyMs: number, draw: () => void): () => void {
  let lastMs = -Infinity;
  let isAsked = false;
  return () => {
    if (isAsked) return;
    const go = () => {
      isAsked = false;
      lastMs = performance.now();
      draw();
    };
    const leftMs = lastMs + everyMs - performance.now();
    if (leftMs <= 0) return go();
    isAsked = true;
    setTimeout(go, leftMs);
  };
}

/** @returns asks for `draw` at the next frame; in a hidden tab, which has none, within 250 ms */
export function onceAFrame(draw: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    const go = () => {
      isAsked = false;
      draw();
    };
    if (document.hidden) setTimeout(go, hiddenMs);
    else requestAnimationFrame(go);
  };
}
