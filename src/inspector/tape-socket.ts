/** `/inspect?tape=<name>`: one page winds one recording; nobody else's page is moved by it. */
import type { WebSocket } from 'ws';
import { messageOf } from '../error-message.ts';
import type { EffectsOf } from './detail.ts';
import { closing, keepAlive } from './keep-alive.ts';
import { parsePageMessage } from './page-message.ts';
import { PageSocket } from './page-socket.ts';
import type { PageMessage, ServerMessage } from './protocol.ts';
import { TapeScene, type OpenTape } from './tape-scene.ts';
import { Viewer } from './viewer.ts';

export interface TapePorts {
  /** Rejects with an Error of one sentence where it cannot be opened. `ending` aborts when the page is gone. */
  readonly open: (ending: AbortSignal) => Promise<OpenTape>;
  readonly effectsOf: EffectsOf;
  readonly hello: () => Extract<ServerMessage, { type: 'hello' }>;
}

const flushEveryMs = 100;
/** What is said before the recording is open. */
const earlyMax = 20;

export async function showTape(page: WebSocket, ending: AbortSignal, ports: TapePorts): Promise<void> {
  const left = new AbortController();
  keepAlive(page, ending, () => left.abort());
  const out = new PageSocket(page);
  const early: PageMessage[] = [];
  let take = (message: PageMessage): void => {
    if (early.length < earlyMax) early.push(message);
  };
  page.on('message', (data, isBinary) => {
    const message = isBinary || !Buffer.isBuffer(data) ? undefined : parsePageMessage(data.toString());
    if (message) take(message);
    else page.close(closing.invalid, 'that is no message of the protocol');
  });
  try {
    const tape = await ports.open(left.signal);
    left.signal.addEventListener('abort', () => tape.close(), { once: true });
    if (left.signal.aborted) return tape.close();
    const scene = new TapeScene(tape, ports.effectsOf);
    const viewer = new Viewer(out, scene);
    const winder = new Winder(tape, () => {
      out.send({ type: 'tape', tape: tape.place });
      viewer.tell(scene.look());
      viewer.flush();
    });
    const timer = setInterval(() => viewer.flush(), flushEveryMs);
    left.signal.addEventListener('abort', () => {
      clearInterval(timer);
      viewer.close();
    });
    take = (message) => {
      if (message.type === 'seek' || message.type === 'step') winder.wind(message);
      else viewer.take(message);
    };
    const hello = ports.hello();
    // Nothing can be done to what is past.
    const session = { ...hello.session, role: 'viewer' } as const;
    out.send({ ...hello, session, tape: tape.place, nowMs: tape.place.atMs });
    viewer.flush();
    for (const message of early) take(message);
  } catch (error) {
    if (left.signal.aborted) return;
    out.send({ type: 'refused', what: 'seek', why: messageOf(error) });
    page.close(closing.invalid, 'the recording cannot be opened');
  }
}

type Winding = Extract<PageMessage, { type: 'seek' | 'step' }>;

/** One winding at a time; of seeks that come meanwhile only the last one counts. */
class Winder {
  readonly #tape: OpenTape;
  readonly #moved: () => void;
  #waiting: Winding[] = [];
  #isWinding = false;

  constructor(tape: OpenTape, moved: () => void) {
    this.#tape = tape;
    this.#moved = moved;
  }

  wind(to: Winding): void {
    if (to.type === 'seek') this.#waiting = [];
    if (this.#waiting.length < stepsMax) this.#waiting.push(to);
    if (!this.#isWinding) void this.#go();
  }

  async #go(): Promise<void> {
    this.#isWinding = true;
    try {
      for (let to = this.#waiting.shift(); to; to = this.#waiting.shift()) {
        // oxlint-disable-next-line no-await-in-loop -- each begins where the one before ended
        await (to.type === 'seek' ? this.#tape.seek(to.n) : this.#tape.step(to.by));
        this.#moved();
      }
    } catch {
      // Its page is gone.
    } finally {
      this.#isWinding = false;
    }
  }
}

const stepsMax = 50;
