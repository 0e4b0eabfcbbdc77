/**
 * One connection that the server has agreed to, until it breaks or nothing is left to send.
 *
 * It keeps to what the server says of itself: so many lines a second, which are waited for and never dropped;
 * so many unanswered; so long a message.
 */
import { LineRate } from '../logs/sessions/line-rate.ts';
import type { CallEnd, PushClient } from '../rpc/push-client.ts';
import type { Lane } from './lane.ts';
import { LaneStream } from './lane-stream.ts';
import type { ServerConfig, WorkerIdentity } from './worker-identity.ts';

interface PushSessionOptions {
  readonly identity: WorkerIdentity;
  readonly lanes: readonly Lane[];
  readonly client: PushClient;
  readonly config: ServerConfig;
  /** Nothing more is written: it may end once all is answered. */
  readonly mayEnd: () => boolean;
}

/** A little below what is allowed: its clock is not ours. */
const rateShare = 0.98;
/** Of a second's lines, how many may leave at once. */
const burstShare = 0.1;
/** Then whoever reads the command's output has its turn. */
const linesAtOnce = 256;
/** One that takes lines and answers none for so long is left, and tried anew. */
const silenceMs = 30_000;

export class PushSession {
  readonly #options: PushSessionOptions;
  readonly #streams: readonly LaneStream[];
  readonly #rate: LineRate;
  readonly #ended = Promise.withResolvers<CallEnd>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #first = 0;

  constructor(options: PushSessionOptions) {
    this.#options = options;
    const { lanes, identity, client, config } = options;
    const perSecond = config.linesPerSecond * rateShare;
    this.#rate = new LineRate(perSecond, perSecond * burstShare, performance.now());
    const changed = () => this.pump();
    const ended = (why: CallEnd) => this.#ended.resolve(why);
    this.#streams = lanes.map((lane) => new LaneStream({ lane, identity, client, changed, ended }));
  }

  /** @returns why it ended; OK where there was nothing left to do */
  async run(): Promise<CallEnd> {
    const watch = setInterval(() => this.#lookForSilence(), silenceMs / 10);
    this.pump();
    const end = await this.#ended.promise;
    clearInterval(watch);
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    for (const stream of this.#streams) stream.close();
    return end;
  }

  stop(): void {
    this.#ended.resolve({ code: 'OK', message: 'stopped' });
  }

  /** Sends what may be sent now. */
  pump(): void {
    const { lanes, config, mayEnd } = this.#options;
    let unanswered = 0;
    for (const lane of lanes) unanswered += lane.unanswered;
    for (let sent = 0; ; sent++) {
      const stream = this.#nextReady();
      if (!stream) break;
      if (sent === linesAtOnce) {
        clearImmediate(this.#immediate);
        this.#immediate = setImmediate(() => this.pump());
        return;
      }
      const hasRoom = unanswered < config.windowLines;
      if (!hasRoom && !stream.isAgain) break;
      if (!this.#rate.tryTake(performance.now())) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.pump(), this.#rate.waitMs(performance.now()));
        return;
      }
      if (!stream.isAgain) unanswered += 1;
      stream.send(config.messageBytesMax);
    }
    if (mayEnd() && lanes.every(({ isDone }) => isDone)) this.stop();
  }

  /** In turns, so that a flood on one stream does not hold up the other; what is sent again needs no room. */
  #nextReady(): LaneStream | undefined {
    this.#first += 1;
    const inTurn = this.#streams.map(
      (_, index) => this.#streams[(this.#first + index) % this.#streams.length],
    );
    const ready = inTurn.filter((stream) => stream?.isReady);
    return ready.find((stream) => stream?.isAgain) ?? ready[0];
  }

  #lookForSilence(): void {
    const nowMs = performance.now();
    if (this.#streams.some((stream) => stream.silentMs(nowMs) > silenceMs))
      this.#ended.resolve({ code: 'UNAVAILABLE', message: 'the server answers no line' });
  }
}
