/** Work on indexes 0 … `count` − 1, `width` of them at a time; `'stop'` begins no more. */
export async function inTurns(
  count: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped && next < count) {
      if ((await work(next++)) === 'stop') stopped = true;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
