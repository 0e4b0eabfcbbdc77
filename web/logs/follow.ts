/** So near to the end counts as at it: scrolled places are rarely whole pixels. */
const nearPx = 24;

interface Scrolled {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

export function isAtEnd({ scrollTop, clientHeight, scrollHeight }: Scrolled): boolean {
  return scrollTop + clientHeight >= scrollHeight - nearPx;
}
