/**
 * A service as they are in life: it needs a while before it is ready. In a pipeline that while is the worker's first
 * attempt, so the test that needs it fails once and succeeds when it is tried again; elsewhere it is ready at once.
 */
import { createServer } from 'node:http';

const readyFromAttempt = 2;
const words = ['the', 'a', 'and', 'of', 'is'];

/** @returns {Promise<{ url: string, close: () => Promise<void> }>} */
export function startWordService(attempt = Number(process.env.OTTO_ATTEMPT ?? readyFromAttempt)) {
  const server = createServer((_request, response) => {
    if (attempt < readyFromAttempt) {
      response.writeHead(503, { 'content-type': 'text/plain' });
      response.end(`still starting in attempt ${attempt}, ready from attempt ${readyFromAttempt} on\n`);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(words));
    }
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections?.();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close }),
    );
  });
}
