/** The person had enough: in one sentence, what that leaves behind. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * The work's result, unless the signal ended it.
 * @throws Interrupted with `sentence`; or what the work threw of itself.
 */
export async function unlessInterrupted<Result>(
  signal: AbortSignal,
  sentence: string,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw signal.aborted ? new Interrupted(sentence, { cause: error }) : error;
  }
}
