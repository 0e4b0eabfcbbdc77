/** All that the server has told, as signals that the page draws from. */
import { computed, signal } from '@preact/signals';
import type { ActorDetail, RunPicture, ServerMessage, TapePlace } from '../../src/inspector/protocol.ts';
import { ActorTree } from '../tree/actor-tree.ts';
import { setClock, stopClock } from './clock.ts';
import { onceAFrame } from './frame.ts';
import { LogTail } from './log-tail.ts';
import { withNews } from './told-detail.ts';

type Hello = Extract<ServerMessage, { type: 'hello' }>;
type Refusal = Extract<ServerMessage, { type: 'refused' }>;

export const hello = signal<Hello | undefined>(undefined);
export const tape = signal<TapePlace | undefined>(undefined);
export const truncated = signal(0);
export const detail = signal<ActorDetail | undefined>(undefined);
export const run = signal<RunPicture | undefined>(undefined);
export const refusals = signal<Readonly<Partial<Record<Refusal['what'], string | undefined>>>>({});

const tree = new ActorTree();
const treeVersion = signal(0);
const showTree = onceAFrame(() => {
  treeVersion.value += 1;
});

let tail: LogTail | undefined;
const tailVersion = signal(0);
const showTail = onceAFrame(() => {
  tailVersion.value += 1;
});

export const canOperate = computed(
  () => hello.value?.session.role === 'operator' && tape.value === undefined,
);

/** The tree as it is now; whoever asks is asked again when it changes. */
export function liveTree(): ActorTree {
  void treeVersion.value;
  return tree;
}

/** For handlers of clicks, which do not draw. */
export function treeOfNow(): ActorTree {
  return tree;
}

/** What is known of the worker's log; undefined before it is asked for. */
export function liveLog(worker: string): LogTail | undefined {
  void tailVersion.value;
  return tail?.worker === worker ? tail : undefined;
}

export function forgetDetail(): void {
  detail.value = undefined;
  refusals.value = { ...refusals.peek(), choose: undefined };
}

export function forgetRun(): void {
  run.value = undefined;
  refusals.value = { ...refusals.peek(), run: undefined };
}

/** @param worker whose lines are asked for now; '' = none */
export function beginLog(worker: string): void {
  tail = worker === '' ? undefined : new LogTail(worker);
  refusals.value = { ...refusals.peek(), log: undefined };
  showTail();
}

export function take(message: ServerMessage): void {
  switch (message.type) {
    case 'hello':
      hello.value = message;
      standAt(message.tape);
      if (message.tape === undefined) setClock(message.nowMs);
      break;
    case 'tree':
      if (tape.value === undefined) setClock(message.nowMs);
      truncated.value = message.truncated;
      tree.replace(message.rows);
      showTree();
      break;
    case 'changes':
      tree.change(message.rows, message.gone);
      showTree();
      break;
    case 'detail':
      detail.value = withNews(detail.peek(), message.detail);
      break;
    case 'run':
      run.value = message.run;
      break;
    case 'log':
      if (tail?.worker === message.worker) tail.add(message.lines, message.isOver);
      showTail();
      break;
    case 'tape':
      standAt(message.tape);
      break;
    case 'refused':
      refusals.value = { ...refusals.value, [message.what]: message.why };
      break;
  }
}

function standAt(place: TapePlace | undefined): void {
  tape.value = place;
  stopClock(place?.atMs);
}
