/** The session of now, for those who have something to say to Redis and wait until it is there. */
import type { EventStream } from './event-stream.ts';
import type { Session } from './session.ts';

export class Link {
  #now: Session | undefined;
  #next = awaited();
  #isClosed = false;

  connected(session: Session): void {
    this.#now = session;
    this.#next.resolve(session);
  }

  lost(): void {
    if (this.#now === undefined || this.#isClosed) return;
    this.#now = undefined;
    this.#next = awaited();
  }

  /** There will be no further session. */
  close(): void {
    this.lost();
    this.#isClosed = true;
    this.#next.reject(new Error('the consumer of events has ended'));
  }

  /**
   * Says it until Redis has answered, in this session or a later one: once at least, and maybe twice.
   *
   * @returns whether it was said; false where there will be no session any more
   */
  async say(word: (stream: EventStream) => Promise<void>): Promise<boolean> {
    while (!this.#isClosed) {
      // oxlint-disable-next-line no-await-in-loop -- one session after the other
      const session = await this.#next.promise.catch(() => undefined);
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (session && (await this.#sayIn(session, word))) return true;
    }
    return false;
  }

  async #sayIn(session: Session, word: (stream: EventStream) => Promise<void>): Promise<boolean> {
    try {
      await session.ask(word);
      return true;
    } catch {
      // It is over, and shall not be asked again at once.
      if (this.#now === session) this.lost();
      return false;
    }
  }
}

function awaited() {
  const next = Promise.withResolvers<Session>();
  next.promise.catch(() => {});
  return next;
}
