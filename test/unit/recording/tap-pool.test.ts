/** What recordings trust of xstate beyond its public types; a release that changes it fails here. */
import { createActor, fromCallback, fromPromise, setup, type AnyActorLogic, type EventObject } from 'xstate';
import { expect, test } from 'vitest';
import { overhear, parentOf, relay, settledEvents } from '../../../src/recording/tap-pool.ts';

type Told = EventObject & { readonly from?: string };

/** A chart with one effect, of which every word is heard; whether it is passed on is the test's choice. */
function hearing(logic: AnyActorLogic, passesOn = true) {
  const heard: unknown[] = [];
  const effect = overhear(logic, (self) => {
    heard.push(['begins', parentOf(self)?.id]);
    return {
      settles: (how, value, pass) => {
        heard.push([how, String(value)]);
        if (passesOn) pass();
      },
      tells: (event, pass) => {
        heard.push(['tells', event.type]);
        if (passesOn) pass();
      },
    };
  });
  const chart = setup({ types: { events: {} as Told }, actors: { effect } }).createMachine({
    initial: 'a',
    states: {
      a: {
        invoke: { src: 'effect', id: 'effect', onDone: 'b', onError: 'c' },
        on: { told: 'd' },
      },
      b: {},
      c: {},
      d: {},
    },
  });
  const ref = createActor(chart, { id: 'chart' });
  ref.start();
  return { ref, heard };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an output is heard before the chart hears it', async () => {
  const { ref, heard } = hearing(fromPromise(() => Promise.resolve('x')));
  await turn();
  expect(heard).toEqual([
    ['begins', 'chart'],
    ['output', 'x'],
  ]);
  expect(ref.getSnapshot().value).toBe('b');
});

test('so is an error', async () => {
  const { ref, heard } = hearing(fromPromise(() => Promise.reject(new Error('x'))));
  await turn();
  expect(heard.at(-1)).toEqual(['error', 'Error: x']);
  expect(ref.getSnapshot().value).toBe('c');
});

test('so is an event that a callback sends, also while it begins', () => {
  const { ref, heard } = hearing(fromCallback(({ sendBack }) => sendBack({ type: 'told' })));
  expect(heard).toEqual([
    ['begins', 'chart'],
    ['tells', 'told'],
  ]);
  expect(ref.getSnapshot().value).toBe('d');
});

test('what is not passed on never reaches the chart', async () => {
  const { ref } = hearing(
    fromPromise(() => Promise.resolve('x')),
    false,
  );
  await turn();
  expect(ref.getSnapshot().value).toBe('a');
});

test('an effect that says nothing can be made to settle, and to tell', () => {
  const silent = fromPromise(() => new Promise(() => {}));
  for (const [event, state] of [
    [{ type: settledEvents.output, data: 1 }, 'b'],
    [{ type: settledEvents.error, data: 1 }, 'c'],
  ] as const) {
    const { ref } = hearing(silent);
    ref.getSnapshot().children['effect']?.send(event);
    expect(ref.getSnapshot().value).toBe(state);
  }
  const { ref } = hearing(silent);
  const effect = ref.getSnapshot().children['effect'];
  if (effect) relay(effect, ref, { type: 'told' });
  expect(ref.getSnapshot().value).toBe('d');
});
