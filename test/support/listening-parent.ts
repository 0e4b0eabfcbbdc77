/** What the test of one actor's chart needs: time, a parent that only listens, and alarms. */
import { createActor, fromTransition, type AnyActor, type AnyEventObject } from 'xstate';
import { installIndexedScheduler } from '../../src/machines/indexed-scheduler.ts';
import { quietXstate } from './quiet-xstate.ts';
import { TestClock } from './test-clock.ts';

export class ListeningParent<Report extends { readonly type: string }> {
  readonly clock = new TestClock();
  readonly heard: Report[] = [];
  readonly alarms: string[] = [];
  protected readonly parent: AnyActor;

  constructor() {
    quietXstate();
    const hear = (_: undefined, event: AnyEventObject) => this.#hear(event);
    this.parent = createActor(fromTransition(hear, undefined), { clock: this.clock });
    installIndexedScheduler(this.parent, this.clock);
    this.parent.start();
  }

  get heardTypes(): readonly string[] {
    return this.heard.map(({ type }) => type);
  }

  #hear(event: AnyEventObject): undefined {
    if (event.type.startsWith('xstate.')) return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the actor under test sends its parent nothing else
    this.heard.push(event as unknown as Report);
  }

  protected readonly alarm = (_args: unknown, { reason }: { reason: string }) =>
    void this.alarms.push(reason);
}
