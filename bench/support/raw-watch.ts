/**
 * A bare watch: bytes and the time at which they came, and nothing done to them before the end.
 *
 * It is the ceiling of every watch in this process: no parsing, no mapping, no store, no actor.
 */
import type { Api } from './api.ts';

export class RawWatch implements AsyncDisposable {
  readonly #chunks: Array<{ readonly atMs: number; readonly bytes: Buffer }> = [];
  readonly #stop = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  /** @param path of a collection, without `watch=`. Resolves once the server has accepted the watch. */
  static async open({ pool, headers }: Api, path: string, query: string): Promise<RawWatch> {
    const watch = new RawWatch();
    const { signal } = watch.#stop;
    const response = await pool.request({
      method: 'GET',
      path: `${path}?watch=true&${query}`,
      headers,
      signal,
    });
    if (response.statusCode !== 200) throw new Error(`watch ${path}: HTTP ${response.statusCode}`);
    watch.#reading = watch.#read(response.body).catch(() => {});
    return watch;
  }

  /** When each object version came, by resourceVersion, in ms of `performance.now()`. */
  arrivals(): Map<string, number> {
    const found = new Map<string, number>();
    let rest = '';
    // Only the last chunk of an event completes it.
    for (const { atMs, bytes } of this.#chunks) {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(line) as { object: { metadata: { resourceVersion: string } } };
        found.set(event.object.metadata.resourceVersion, atMs);
      }
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #read(body: AsyncIterable<Buffer>): Promise<void> {
    for await (const bytes of body) this.#chunks.push({ atMs: performance.now(), bytes });
  }
}
