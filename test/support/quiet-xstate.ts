/**
 * Drops warnings that only xstate's development build prints, and that say nothing here: making an actor
 * inside an action is how the pool works, whose own built-in actions then seem to be called from there, and a
 * fact may well come after an actor's end.
 */
const expected = [
  /^Custom actions should not call `(?:assign|raise)\(\)` directly/,
  /^Event ".*" was sent to stopped actor/,
];
let isQuiet = false;

/** For this process; calling it again changes nothing. */
export function quietXstate(): void {
  if (isQuiet) return;
  isQuiet = true;
  const warn = console.warn.bind(console);
  console.warn = (...args: readonly unknown[]) => {
    if (!expected.some((pattern) => pattern.test(String(args[0])))) warn(...args);
  };
}
