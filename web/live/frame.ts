/** Many changes, one drawing: what is asked for within a frame happens once in it. */
const hiddenMs = 250;

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
