/**
 * Ottoscaler with one mechanism switched off, and what notices. Each is a composition of the test's own around the real
 * charts and effects: nothing in `src` knows of it.
 */
import type { Tag } from '../../reliability/tags.ts';
import { meetForeignPod } from '../lives/adoption-runs.ts';
import type { DuelOptions } from '../lives/duel.ts';
import type { Kill } from '../lives/kill.ts';
import {
  deadlineWhileAway,
  deletedUnseen,
  endedAmidARecord,
  nameOfAnotherIntent,
  refusedForAWhile,
  replacedBeforeItsDelete,
  type SingleFault,
  vanishedWhileAway,
} from '../lives/single-faults.ts';
import { rottenSpool } from '../lives/output-life.ts';
import { cancelBehindItsBack } from '../lives/usurped-runs.ts';
import type { Compose } from '../model/ottoscaler.ts';
import {
  noSpecHashCheck,
  noUidCheck,
  deletedByName,
  namesWithoutAttempt,
  randomNames,
  takenForCreated,
} from './adoption.ts';
import { noBackoff } from './backing-off.ts';
import { capacityCounted } from './capacity.ts';
import {
  absenceUnconfirmed,
  deadlineAnew,
  noDrain,
  noTombstone,
  olderFactHolds,
  outcomeOverwritten,
  retryTooEarly,
} from './ending.ts';
import {
  cancelUnrecorded,
  createsUnmarked,
  effectBeforeIntent,
  shownBeforeDurable,
  startUnrecorded,
} from './intent.ts';
import { byBothClocks, noCompareAndSwap, noEpoch } from './leading.ts';
import {
  continuityForgotten,
  cursorOnSend,
  endToldLater,
  noCrc,
  noFinalRead,
  retryForAck,
  toldBeforeDurable,
  unreadUntold,
} from './output.ts';
import {
  acknowledgedBeforeLetter,
  acknowledgedOnReading,
  eventIdForgotten,
  everyDeliveryNew,
  letterUnacknowledged,
  letterUnwritten,
  nothingClaimed,
} from './events.ts';
import { gapWithoutList, listWithoutDifference } from './watching.ts';

interface Mutation {
  readonly compose?: Compose;
  /** Where a part cannot be given: it is replaced until the life is over. */
  readonly replaced?: () => Disposable;
}

export interface Mutant extends Mutation {
  /** The mechanism, as it is now. */
  readonly what: string;
  /** What is broken without it: found as an invariant by the simulation, in words by other lives. */
  readonly breaks: Tag | 'liveness';
  readonly hunt: Hunt;
}

export type Hunt =
  /** A seed of the simulation; it is the first to be tried. */
  | { readonly kind: 'seed'; readonly seed: number; readonly hasOutputs?: true; readonly hasEvents?: true }
  /** A life with one fault, which without the mutation breaks nothing. */
  | { readonly kind: 'life'; readonly name: string; readonly life: SingleFault; readonly says: RegExp }
  /** One kill of the crash enumeration. */
  | { readonly kind: 'crash'; readonly kill: Kill; readonly says: RegExp }
  /** Two processes that fight, by a seed of their own. */
  | {
      readonly kind: 'duel';
      readonly seed: number;
      readonly options: DuelOptions;
      readonly says: RegExp;
    };

const seed = (first: number): Hunt => ({ kind: 'seed', seed: first });
/** With a data plane, whatever the seed draws. */
const outputs = (first: number): Hunt => ({ kind: 'seed', seed: first, hasOutputs: true });
/** With events from Redis, whatever the seed draws. */
const events = (first: number): Hunt => ({ kind: 'seed', seed: first, hasEvents: true });
const life = (name: string, lived: SingleFault, says: RegExp): Hunt => ({
  kind: 'life',
  name,
  life: lived,
  says,
});
const quarterMs = 900_000;

export const mutants: readonly Mutant[] = [
  { what: 'random names', compose: randomNames, breaks: 'I1', hunt: seed(2) },
  { what: 'no UID check at adoption', compose: noUidCheck, breaks: 'I4', hunt: seed(7) },
  {
    what: 'no check of the spec hash at adoption',
    compose: noSpecHashCheck,
    breaks: 'I4',
    hunt: life('the name of another intent', nameOfAnotherIntent, /foreign Pod .* was touched/),
  },
  {
    what: '409 taken as success without a live read',
    compose: takenForCreated,
    breaks: 'F2',
    hunt: life('a foreign Pod', meetForeignPod, /says nothing of the foreign Pod/),
  },
  {
    what: 'no UID precondition at the delete',
    compose: deletedByName,
    breaks: 'I4',
    hunt: life('replaced before its delete', replacedBeforeItsDelete, /foreign Pod .* was touched/),
  },
  { what: 'no attempt in the name', compose: namesWithoutAttempt, breaks: 'I7', hunt: seed(3) },
  { what: 'no tombstone', compose: noTombstone, breaks: 'I7', hunt: seed(1) },
  { what: 'effect before intent', compose: effectBeforeIntent, breaks: 'I1', hunt: seed(1) },
  { what: 'a stage starts before that is recorded', compose: startUnrecorded, breaks: 'I6', hunt: seed(1) },
  {
    what: 'creates leave no mark in the ledger',
    compose: createsUnmarked,
    breaks: 'I1',
    hunt: life('vanished while nobody lives', vanishedWhileAway, /was created 2 times/),
  },
  {
    what: 'a cancel takes effect before it is durable',
    compose: cancelUnrecorded,
    breaks: 'I12',
    hunt: seed(6),
  },
  {
    what: 'the journal is shown before it is durable',
    compose: shownBeforeDurable,
    breaks: 'I12',
    hunt: seed(1),
  },
  {
    what: 'a recorded end is overwritten',
    compose: outcomeOverwritten,
    breaks: 'I5',
    hunt: {
      kind: 'crash',
      kill: { write: 57, when: 'in flight', awayMs: 0 },
      says: /the outcome of .* was changed/,
    },
  },
  {
    what: 'an older fact overwrites a terminal state',
    compose: olderFactHolds,
    breaks: 'G13',
    hunt: seed(10),
  },
  {
    what: 'a deadline is lost on restart',
    compose: deadlineAnew,
    breaks: 'liveness',
    hunt: life('the deadline passes while nobody lives', deadlineWhileAway, /after its deadline/),
  },
  { what: 'a cancel does not await absence', compose: absenceUnconfirmed, breaks: 'I3', hunt: seed(5) },
  { what: 'a retry before the former attempt is gone', compose: retryTooEarly, breaks: 'I2', hunt: seed(6) },
  {
    what: 'no epoch in the ledgers of a second leader',
    compose: noEpoch,
    breaks: 'G10',
    hunt: life(
      'a former leader that does not know',
      (compose) => cancelBehindItsBack(500, compose),
      /which b had taken over/,
    ),
  },
  {
    what: 'no compare-and-swap of ledgers',
    compose: noCompareAndSwap,
    breaks: 'I5',
    hunt: life(
      'a former leader that does not know',
      (compose) => cancelBehindItsBack(500, compose),
      /events of .* were changed/,
    ),
  },
  {
    what: 'writes leave without a look at the lease',
    breaks: 'G10',
    hunt: {
      kind: 'duel',
      seed: 2,
      options: { stands: ['stalled'], lastsMs: quarterMs, election: { isUnguarded: true } },
      says: /^a writes in epoch \d+ while b leads$/,
    },
  },
  {
    what: 'a lease judged by the clock of its holder',
    breaks: 'G10',
    hunt: {
      kind: 'duel',
      seed: 2,
      options: { stands: ['stalled'], lastsMs: quarterMs, election: { leases: byBothClocks } },
      says: /took the lease of a, who was silent for/,
    },
  },
  { what: 'capacity counted instead of derived', compose: capacityCounted, breaks: 'G13', hunt: seed(1) },
  {
    what: 'a list tells no difference: a lost DELETE is never seen',
    replaced: listWithoutDifference,
    breaks: 'F15',
    hunt: life('deleted unseen', deletedUnseen, /a worker still runs/),
  },
  {
    what: 'the watch goes on after 410 without a list',
    replaced: gapWithoutList,
    breaks: 'F5',
    hunt: life('deleted unseen', deletedUnseen, /a worker still runs/),
  },
  {
    what: 'no backoff',
    compose: noBackoff,
    breaks: 'F8',
    hunt: life('refused for a while', refusedForAWhile, /was asked for \d+ times/),
  },
  {
    what: 'no drain',
    compose: noDrain,
    breaks: 'G11',
    hunt: life('told to end amid a record', endedAmidARecord, /it has drained, and/),
  },
  { what: 'the cursor advances on send', replaced: cursorOnSend, breaks: 'I9', hunt: outputs(1) },
  { what: 'RETRY taken for ACK', replaced: retryForAck, breaks: 'I9', hunt: outputs(6) },
  { what: 'no final read before the delete', compose: noFinalRead, breaks: 'I9', hunt: outputs(1) },
  {
    what: 'continuity forgotten at reconnect',
    replaced: continuityForgotten,
    breaks: 'I9',
    hunt: outputs(1),
  },
  { what: 'an unread log is not told of', replaced: unreadUntold, breaks: 'I9', hunt: outputs(2) },
  {
    what: 'a spool without CRC',
    replaced: noCrc,
    breaks: 'F41',
    hunt: life('a rotten spool', rottenSpool, /was received as|has two lines of number/),
  },
  {
    what: 'a notice is told before it is durable',
    replaced: toldBeforeDurable,
    breaks: 'G5',
    hunt: outputs(227),
  },
  { what: 'an end is told after its record', compose: endToldLater, breaks: 'G5', hunt: outputs(1) },
  {
    what: 'an event is acknowledged before the ledger has it',
    replaced: acknowledgedOnReading,
    breaks: 'I10',
    hunt: events(1),
  },
  {
    what: 'nothing is claimed from dead consumers',
    replaced: nothingClaimed,
    breaks: 'G6',
    hunt: events(12),
  },
  {
    what: 'each delivery of an event is a new one',
    replaced: everyDeliveryNew,
    breaks: 'G6',
    hunt: events(2),
  },
  { what: 'the event_id is forgotten', replaced: eventIdForgotten, breaks: 'G6', hunt: events(2) },
  { what: 'a dead letter stays pending', replaced: letterUnacknowledged, breaks: 'G6', hunt: events(4) },
  { what: 'XACK without a dead letter', replaced: letterUnwritten, breaks: 'I10', hunt: events(4) },
  {
    what: 'XACK before the dead letter',
    replaced: acknowledgedBeforeLetter,
    breaks: 'I10',
    hunt: events(4),
  },
];
