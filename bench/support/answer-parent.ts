/** The child's end of `Child`: answers one request after the other comes in, and never outlives its parent. */

interface Question<Request> {
  readonly id: number;
  readonly request: Request;
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it says what the parent sends
export function answerParent<Request>(answer: (request: Request) => unknown): void {
  process.on('message', (question: Question<Request>) => void reply(question, answer));
  process.on('disconnect', () => process.exit());
}

async function reply<Request>(
  { id, request }: Question<Request>,
  answer: (request: Request) => unknown,
): Promise<void> {
  try {
    process.send?.({ id, answer: await answer(request) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
