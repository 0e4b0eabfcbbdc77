/** Commands of every kind, so many at a time, until told to stop; each one is seen to its end. */
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../src/error-message.ts';
import type { Dice } from '../support/dice.ts';
import type { Caller } from './caller.ts';
import type { Deed } from './deeds.ts';
import { cancelledRun, run } from './runs.ts';
import { batch, serviceTask } from './scaling.ts';

type Story = (caller: Caller, id: string, dice: Dice) => Promise<readonly Deed[]>;

const stories: ReadonlyArray<readonly [name: string, story: Story]> = [
  ['batch', batch],
  ['run', run],
  ['service', serviceTask],
  ['cancelled', cancelledRun],
];

export class Load {
  readonly deeds: Deed[] = [];
  readonly problems: string[] = [];
  begun = 0;
  ended = 0;
  readonly #caller: Caller;
  readonly #dice: Dice;
  readonly #signal: AbortSignal;
  readonly #prefix: string;
  #stopped = false;
  #going: Promise<unknown> = Promise.resolve();

  /** @param prefix of every id, so that two loads on one cluster share none */
  constructor(caller: Caller, dice: Dice, signal: AbortSignal, prefix = '') {
    this.#caller = caller;
    this.#dice = dice;
    this.#signal = signal;
    this.#prefix = prefix;
  }

  start(clients: number): void {
    this.#going = Promise.all(Array.from({ length: clients }, (_, client) => this.#go(client)));
  }

  /** Resolves when what was begun is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }

  async #go(client: number): Promise<void> {
    for (let turn = client; !this.#stopped && !this.#signal.aborted; turn += 1) {
      const [name, story] = stories[turn % stories.length] ?? ['batch', batch];
      this.begun += 1;
      await this.tell(`${this.#prefix}${name}-${this.begun}`, story);
      await pause(0);
    }
  }

  async tell(id: string, story: Story): Promise<void> {
    try {
      this.deeds.push(...(await story(this.#caller, id, this.#dice)));
    } catch (error) {
      if (!this.#signal.aborted) this.problems.push(`${id}: ${messageOf(error)}`);
    } finally {
      this.ended += 1;
    }
  }
}
