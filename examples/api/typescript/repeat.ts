import { setTimeout } from 'node:timers/promises';
import { OttoscalerClientError } from 'ottoscaler';
import { client } from './connect.ts';

const worthAnotherTry = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** Sends a call again while nobody answers: with the same key it takes effect once. */
async function untilAnswered<Answer>(call: () => Promise<Answer>, triesMax = 5): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const mayRepeat = error instanceof OttoscalerClientError && worthAnotherTry.has(error.code);
      if (!mayRepeat || tries === triesMax) throw error;
      await setTimeout(250 * 2 ** tries);
    }
  }
}

try {
  const request = { task_id: '', worker_count: 1, metadata: { request_id: '1' } };
  await untilAnswered(() => client.scaleUp(request, { timeoutMs: 10_000 }));
} catch (error) {
  if (!(error instanceof OttoscalerClientError)) throw error;
  console.log(`${error.code}: ${error.message}`);
} finally {
  client.close();
}
