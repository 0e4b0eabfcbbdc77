/**
 * Judges the data plane of one life: every line came or is marked as missing, no log was given up early, notices are
 * durable, in order and true, nothing is larger than it may be, and no secret is anywhere.
 *
 * What nobody can notice is excused by its cause and counted.
 */
import type { WorkerLine } from '../../../src/logs/line.ts';
import { stageOf, type Notice } from '../../../src/logs/notices/notice.ts';
import type { OttoHandler } from '../model/otto-handler.ts';
import { linesOn, noticesOn } from '../model/platter-content.ts';
import type { WorkerLog } from '../model/worker-log.ts';
import type { World } from '../model/world.ts';
import { balanceOf, numberOf } from '../oracle/judge-lines.ts';
import type { ReceivedLines } from '../oracle/received-lines.ts';
import type { ReceivedNotices } from '../oracle/received-notices.ts';
import { recordedEnds } from '../oracle/recorded-ends.ts';
import type { Violations } from '../oracle/violation.ts';
import { plantedSecret } from './acts.ts';
import { actedMs, type OutputHome, type Tenant } from './output-home.ts';

export interface CourtOptions {
  readonly world: World;
  readonly verdict: Violations;
  readonly lines: ReceivedLines;
  readonly notices: ReceivedNotices;
  readonly homes: ReadonlyMap<string, OutputHome>;
  readonly handler: OttoHandler;
  readonly spoolBytesMax: number;
}

interface Tenancy {
  readonly home: OutputHome;
  readonly tenant: Tenant;
}

export type Excuse =
  /** Its disk is that of a process that does not lead. */
  | 'on another disk'
  /** Of all who knew its Pod nobody outlived it long enough to make durable what it had read, or that it had not. */
  | 'killed with it'
  /** Nobody knew that its container ran until its Pod was gone. */
  | 'never witnessed'
  /** Somebody put a copy of its Pod in its place: whoever asks for the log by its name gets the other's. */
  | 'a copy has its name'
  /** The node had given it up before anybody of that disk knew its Pod. */
  | 'rotated before';

/** What became of the lines of a life. */
export interface LineCounts {
  readonly written: number;
  readonly received: number;
  /** Under the same number once more. */
  readonly repeated: number;
  /** In whose place a record stands. */
  readonly marked: number;
  readonly excused: Readonly<Partial<Record<Excuse, number>>>;
}

/** Within which a process makes durable what it has learned, while its disk does not refuse. */
const durableWithinMs = 3_000;
const refusedForMs = 30_000;
/** Within which a fact that did not come is made up for. */
const relistsWithinMs = 30_000;
/** Within which whoever takes over looks after marks that nobody follows, twice. */
const looksAfterMs = 45_000;
/** The follower's part of the time for a drain. */
const readShare = 0.8;
const lookEveryMs = 5_000;
/** Of a spool's limit: beyond it something may have been dropped, a segment at a time. */
const almost = 0.7;
/** The window's bound, and one portion more. */
const unansweredMax = 16_384 + 1_024;

export class OutputCourt {
  #counts: LineCounts = { written: 0, received: 0, repeated: 0, marked: 0, excused: {} };
  readonly #options: CourtOptions;
  #lookedMs = -Infinity;
  #isSettled = false;

  constructor(options: CourtOptions) {
    this.#options = options;
  }

  get counts(): LineCounts {
    return this.#counts;
  }

  /** A notice has arrived: it must be durable by now, unless the disk refused it. */
  told(home: OutputHome, { workerId, status }: Notice): void {
    const { world, verdict } = this.#options;
    const nowMs = world.clock.now();
    if (home.faults.hasRefused(nowMs - refusedForMs, nowMs)) return;
    const isIt = (one: Notice) => one.workerId === workerId && one.status === status;
    if (!noticesOn(home.notices).some(isIt))
      verdict.report('G5', workerId, `${workerId} was told ${status} before that was durable`);
  }

  /** The process asks for this Pod to be deleted. */
  deletes(home: OutputHome, tenant: Tenant, uid: string): void {
    const { world, verdict, lines: received, spoolBytesMax } = this.#options;
    const log = world.logs.all.get(uid);
    if (!log || log.isUnreachable || !tenant.knewEnded.has(uid)) return;
    if (world.audit.copies.includes(log.podName)) return;
    // What was dropped for want of room may still be on its way.
    if (home.lines.peakBytes > spoolBytesMax / 2 || home.faults.hasRotten) return;
    const nowMs = world.clock.now();
    const drain = tenant.drains.get(uid);
    if (drain && nowMs - drain.sinceMs >= readShare * drain.withinMs) return;
    const missing = new Set(balanceOf(log, received.of(uid), { nowMs, expected }).unsaid);
    if (missing.size > 0)
      for (const line of linesOn(home.lines)) if (line.origin.podUid === uid) missing.delete(numberOf(line));
    if ([...missing].some((number) => number > log.first(nowMs)))
      verdict.report('I9', log.podName, `${log.podName} is deleted before its log was read to its end`);
  }

  /** Whether there is nothing left to wait for, as far as can be seen: looks now and then. */
  isSettled(): boolean {
    const nowMs = this.#options.world.clock.now();
    if (nowMs - this.#lookedMs >= lookEveryMs) {
      this.#lookedMs = nowMs;
      this.#isSettled = this.#unsaid().length === 0 && this.#untold().length === 0;
    }
    return this.#isSettled;
  }

  judge(): void {
    const { verdict, handler, notices, spoolBytesMax, homes, world } = this.#options;
    for (const { log, number } of this.#unsaid(verdict)) {
      const of = log.podName;
      verdict.report('I9', of, `line ${number} of ${of} is lost, and nothing says so`);
    }
    notices.compare(recordedEnds(world), {
      mayBeUntold: (workerId) => this.#mayBeUntold(workerId),
      mayDiffer: (workerId) => this.#endedTwice(workerId),
    });
    if (handler.unansweredMost > unansweredMax)
      verdict.report('I11', 'relay', `${handler.unansweredMost} lines were unanswered at a time`);
    for (const { identity, lines } of homes.values())
      if (lines.peakBytes > spoolBytesMax)
        verdict.report('I11', identity, `its spool had ${lines.peakBytes} bytes of ${spoolBytesMax}`);
    this.#seekSecrets();
  }

  /** Lines that nobody has, that no record stands for, and that nothing excuses. */
  #unsaid(verdict?: Violations): ReadonlyArray<{ readonly log: WorkerLog; readonly number: number }> {
    const { world, lines, spoolBytesMax } = this.#options;
    const nowMs = world.clock.now();
    const excused: Partial<Record<Excuse, number>> = {};
    const found: { log: WorkerLog; number: number }[] = [];
    const counts = { written: 0, received: 0, marked: 0 };
    const elsewhere = [...this.#options.homes.values()].flatMap((home) =>
      home.tenant ? [] : [{ home, lines: Map.groupBy(linesOn(home.lines), ({ origin }) => origin.podUid) }],
    );
    for (const [uid, log] of world.logs.all) {
      // A log is asked for by its Pod's name: whoever first reads it once another has that name reads the other's.
      const isOne = !world.audit.copies.includes(log.podName);
      const { unsaid, received, marked } = balanceOf(log, lines.of(uid), {
        nowMs,
        expected,
        ...(verdict && isOne ? { verdict } : {}),
      });
      counts.written += log.count(nowMs);
      counts.received += received.size;
      counts.marked += marked.size;
      const waits = waitingOn(elsewhere, uid, { lastReceived: Math.max(0, ...received), spoolBytesMax });
      for (const number of unsaid) {
        const excuse = isOne ? this.#excuseOf(uid, log, number, waits) : 'a copy has its name';
        if (excuse) excused[excuse] = (excused[excuse] ?? 0) + 1;
        else found.push({ log, number });
      }
    }
    this.#counts = { ...counts, excused, repeated: lines.repeated };
    return found;
  }

  #excuseOf(
    uid: string,
    log: WorkerLog,
    number: number,
    waits: (number: number) => boolean,
  ): Excuse | undefined {
    const homes = [...this.#options.homes.values()];
    const tenants = homes.flatMap((home) => home.tenants.map((tenant) => ({ home, tenant })));
    if (waits(number)) return 'on another disk';
    const isRotated = tenants.some(({ tenant }) => number <= log.first(tenant.read.get(uid) ?? 0));
    if (isRotated) return 'rotated before';
    const knew = tenants.filter(({ tenant }) => tenant.knew.has(uid));
    const speaks = knew.some((one) => this.#tells(one, uid, log) || this.#leavesMark(one, uid, tenants));
    if (speaks) return undefined;
    return knew.length === 0 ? 'never witnessed' : 'killed with it';
  }

  /** It outlived the Pod long enough to make durable what it had read, or that it had not. */
  #tells({ home, tenant }: Tenancy, uid: string, log: WorkerLog): boolean {
    // It may learn only after the Pod is gone that its container ran.
    const learnedMs = tenant.learned.get(uid) ?? log.removedMs + relistsWithinMs;
    const fromMs = Math.max(log.removedMs, tenant.knew.get(uid) ?? Infinity, learnedMs);
    const isRefused = home.faults.hasRefused(fromMs - refusedForMs, fromMs + refusedForMs);
    return actedMs(tenant, fromMs) > (isRefused ? refusedForMs : durableWithinMs);
  }

  /** It has left a mark to one who lived long enough to look after it. */
  #leavesMark({ home, tenant }: Tenancy, uid: string, all: readonly Tenancy[]): boolean {
    if (!tenant.marked.has(uid)) return false;
    return all.some(
      (next) =>
        next.home === home &&
        next.tenant.openedMs >= tenant.endedMs &&
        actedMs(next.tenant, next.tenant.openedMs) > looksAfterMs,
    );
  }

  #untold(): readonly string[] {
    const { notices, world } = this.#options;
    return [...recordedEnds(world).keys()].filter((workerId) => {
      const isTold = notices.told.get(workerId)?.some((status) => stageOf(status) === 3);
      return !isTold && !this.#mayBeUntold(workerId);
    });
  }

  /** It waits on the disk of a process that does not lead, or was in the memory of one whose disk refused it. */
  #mayBeUntold(workerId: string): boolean {
    const isEnd = (one: Notice) => one.workerId === workerId && stageOf(one.status) === 3;
    return [...this.#options.homes.values()].some(
      ({ tenant, tenants, notices, faults }) =>
        (!tenant && noticesOn(notices).some(isEnd)) ||
        tenants.some(
          ({ ends, endedMs }) => ends.has(workerId) && faults.hasRefused(endedMs - refusedForMs, endedMs),
        ),
    );
  }

  /** Its command was undone and sent again; or one told how it ended, was killed before that was in the ledger, and the next one saw something else. */
  #endedTwice(workerId: string): boolean {
    const tenants = [...this.#options.homes.values()].flatMap((home) => home.tenants);
    if (tenants.some(({ overAgain }) => overAgain.has(workerId))) return true;
    const told = tenants.filter(({ ends }) => ends.has(workerId));
    const killed = told.filter(({ endedMs }) => endedMs < Infinity);
    return killed.length > 0 && new Set(told.map(({ ends }) => ends.get(workerId))).size > 1;
  }

  #seekSecrets(): void {
    const { homes, lines, verdict } = this.#options;
    for (const { podName, kept } of lines.streams.values())
      if (kept.some(({ text }) => text.includes(plantedSecret)))
        verdict.report('I13', podName, `a line of ${podName} tells its secret`);
    for (const { identity, lines: platter, notices } of homes.values())
      for (const [name, { bytes }] of [...platter.files, ...notices.files])
        if (bytes.includes(plantedSecret))
          verdict.report('I13', identity, `${name} of ${identity} has a secret`);
  }
}

/** What is on the disk of a process that does not lead. */
interface Elsewhere {
  readonly home: OutputHome;
  readonly lines: ReadonlyMap<string, readonly WorkerLine[]>;
}

/** Whether a line waits there, or the record that what came after all that was read is missing. */
function waitingOn(
  elsewhere: readonly Elsewhere[],
  uid: string,
  { lastReceived, spoolBytesMax }: { readonly lastReceived: number; readonly spoolBytesMax: number },
): (number: number) => boolean {
  const places = elsewhere.map(({ home, lines }) => {
    const kept = lines.get(uid) ?? [];
    const numbers = new Set(kept.flatMap((line) => (line.gap ? [] : [numberOf(line)])));
    const isUnread = kept.some(({ gap, stream }) => gap && stream.endsWith('~end'));
    // What cannot be read there any more, or had no room, is said by whoever leads with that disk next.
    const isShort = home.faults.hasRotten || home.lines.peakBytes > spoolBytesMax * almost;
    const mayBeGone = isShort && home.tenants.some(({ knew }) => knew.has(uid));
    return { numbers, mayBeGone, unreadFrom: isUnread ? Math.max(lastReceived, ...numbers) : Infinity };
  });
  return (number) =>
    places.some(
      ({ numbers, mayBeGone, unreadFrom }) => mayBeGone || numbers.has(number) || number > unreadFrom,
    );
}

/** As a line reads once its secrets are hidden. */
const expected = (text: string): string => text.replaceAll(plantedSecret, '‹API_TOKEN›');
