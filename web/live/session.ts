/** What the page asks of the server, derived from what it shows; asked again whenever the connection is new. */
import { computed, effect } from '@preact/signals';
import type { ActorRow, PageMessage } from '../../src/inspector/protocol.ts';
import type { Tab } from '../page/address.ts';
import { place } from '../page/place.ts';
import { Connection } from './connection.ts';
import { beginLog, forgetDetail, forgetRun, liveTree, take } from './told.ts';

/** The recording that this page shows, '' where it shows the pool at work. */
export const tapeName = new URLSearchParams(location.search).get('tape') ?? '';

const tabsOf: Readonly<Record<ActorRow['kind'], readonly [Tab, ...Tab[]]>> = {
  pool: ['chart', 'happenings', 'context'],
  pipeline: ['run', 'chart', 'happenings', 'context'],
  stage: ['chart', 'run', 'happenings', 'context'],
  worker: ['chart', 'log', 'happenings', 'context'],
  'scale-up': ['chart', 'happenings', 'context'],
  'scale-down': ['chart', 'happenings', 'context'],
};

export const chosenRow = computed(() => liveTree().get(place.value.id));

export const tabsShown = computed(() => tabsOf[chosenRow.value?.kind ?? 'pool']);

export const tabShown = computed<Tab>(() => {
  const { tab } = place.value;
  const [first] = tabsShown.value;
  return tab !== undefined && tabsShown.value.includes(tab) ? tab : first;
});

const wantedActor = computed(() => (chosenRow.value ? place.value.id : ''));
const wantedRun = computed(() => (tabShown.value === 'run' ? (chosenRow.value?.pipeline ?? '') : ''));
const wantedLog = computed(() => (tabShown.value === 'log' ? (chosenRow.value?.name ?? '') : ''));

function socketUrl(): string {
  const url = new URL('inspect', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.search = tapeName === '' ? '' : `?tape=${encodeURIComponent(tapeName)}`;
  return url.href;
}

export const connection = new Connection(socketUrl(), {
  opened: askAgain,
  received: take,
});

export function say(message: PageMessage): void {
  connection.send(message);
}

/** From here on the page asks for what it shows. */
export function startSession(): void {
  effect(() => askActor(wantedActor.value));
  effect(() => askRun(wantedRun.value));
  effect(() => askLog(wantedLog.value));
  void connection.open();
}

function askAgain(): void {
  askActor(wantedActor.peek());
  askRun(wantedRun.peek());
  askLog(wantedLog.peek());
}

function askActor(id: string): void {
  forgetDetail();
  say({ type: 'choose', id });
}

function askRun(pipelineId: string): void {
  forgetRun();
  say({ type: 'run', pipelineId });
}

function askLog(worker: string): void {
  beginLog(worker);
  say({ type: 'log', worker });
}
