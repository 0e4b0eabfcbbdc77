/**
 * What workers write and how they fare, on its way out.
 *
 * Followed and pushed lines → secrets hidden → the newest lines, for whoever reads along → spool → relay → otto-handler,
 * or our own log. Steps of workers' lives → outbox → otto-handler.
 */
import { LineOrigins } from '../actors/witness/line-origins.ts';
import { untilClosed } from '../actors/witness/until-closed.ts';
import { WorkerWitness } from '../actors/witness/worker-witness.ts';
import type { Clock, Log, Random, Witness } from '../actors/ports.ts';
import { AbandonedLogs } from '../logs/follow/abandoned-logs.ts';
import { FollowPods, type FollowPodsOptions } from '../logs/follow/follow-pods.ts';
import type { TellNotice } from '../logs/notices/notice.ts';
import { NoticeFile } from '../logs/notices/notice-file.ts';
import { Outbox } from '../logs/notices/outbox.ts';
import type { RecentLines } from '../logs/recent/recent-lines.ts';
import { redactedStore } from '../logs/redact/redacted-store.ts';
import type { HandlerLink } from '../logs/relay/handler-link.ts';
import { Relay } from '../logs/relay/relay.ts';
import type { LineSink } from '../logs/sessions/session.ts';
import type { Disk } from '../logs/spool/disk.ts';
import { KeepTogether } from '../logs/spool/keep-together.ts';
import { SpoolFiles } from '../logs/spool/spool-files.ts';
import { Spool } from '../logs/spool/spool.ts';
import type { LineStore } from '../logs/store.ts';
import type { OutputCounts } from '../metrics/output-metrics.ts';

export interface OutputPorts {
  readonly pods: FollowPodsOptions['pods'];
  readonly namespace: string;
  /** For durations: nobody sets it. */
  readonly clock: Clock;
  /** For times that people read. */
  readonly wallMs: () => number;
  readonly random: Random;
  readonly log: Log;
  readonly spoolDisk: Disk;
  readonly link: HandlerLink;
  /** Absent where nobody is to be told of workers' lives. */
  readonly notices?: { readonly disk: Disk; readonly tell: TellNotice };
  /** Sees every line that is kept. */
  readonly recent: Pick<RecentLines, 'add' | 'ended'>;
  /** Told after how many ms otto-handler answered a message. */
  readonly answeredAfter?: (delayMs: number) => void;
}

export interface OutputLimits {
  readonly spoolBytesMax: number;
  /** 0 follows no log. */
  readonly followsMax: number;
  /** Variables whose values are hidden beside those that are called like secrets. */
  readonly secretNames: readonly string[];
}

export interface WorkerOutput {
  readonly witness: Witness;
  readonly origins: LineOrigins;
  /** Takes pushed lines durably. */
  readonly sink: LineSink;
  readonly counts: () => OutputCounts;
  /**
   * Delivers for so long what there is; what is left stays on the disk for the next process.
   *
   * @returns how many lines that are
   */
  close(withinMs: number): Promise<number>;
}

const memoryBytesMax = 32 * 2 ** 20;
const spillAfterMs = 1_000;
const checkpointEveryMs = 1_000;
const noticesMax = 50_000;

/** Rejects where another process has the disk. */
export async function openWorkerOutput(ports: OutputPorts, limits: OutputLimits): Promise<WorkerOutput> {
  const { clock, random, log, link, recent } = ports;
  const files = await SpoolFiles.open(ports.spoolDisk, limits.spoolBytesMax);
  const spool = Spool.open(files, { clock, log, memoryBytesMax, spillAfterMs, checkpointEveryMs });
  const sources = spool.sources();
  const outbox = ports.notices && (await openOutbox(ports, ports.notices));
  const { answeredAfter } = ports;
  const relay = new Relay({
    store: spool,
    link,
    clock,
    random,
    log,
    ...(answeredAfter ? { answeredAfter } : {}),
  });
  const origins = new LineOrigins(ports.namespace, limits.secretNames);
  const store = redactedStore(seenBy(spool, recent), (origin) => origins.redactionFor(origin));
  const follow =
    limits.followsMax > 0
      ? new FollowPods({ pods: ports.pods, store, clock, random, log, followsMax: limits.followsMax })
      : undefined;
  const abandoned =
    follow &&
    new AbandonedLogs({
      pods: ports.pods,
      store,
      sources,
      clock,
      log,
      isFollowed: (podUid) => follow.knows(podUid),
    });
  const together = new KeepTogether(() => spool.flush());
  let isClosed = false;
  let pushedLines = 0;
  return {
    origins,
    counts: () => ({
      follow: follow && { ...follow.counters, following: follow.following, waiting: follow.waiting },
      pushedLines,
      spool: spool.counts,
      relay: relay.counts,
      notices: outbox && { ...outbox.counts, waiting: outbox.waiting },
    }),
    witness: untilClosed(
      new WorkerWitness({
        follow,
        notices: outbox,
        keep: () => together.keep(),
        origins,
        clock,
        wallMs: ports.wallMs,
        finished: (workerId) => recent.ended(workerId),
      }),
      () => isClosed,
    ),
    sink: async (lines) => {
      if (isClosed) throw new Error('no more lines are taken');
      await store.append(lines);
      if (!(await together.keep())) throw new Error('the spool cannot be written');
      pushedLines += lines.length;
    },
    async close(withinMs) {
      isClosed = true;
      abandoned?.stop();
      await follow?.stop();
      await relay.close(withinMs);
      await outbox?.close();
      await spool.close();
      return spool.end - spool.cursor;
    },
  };
}

async function openOutbox(
  { clock, random, log }: OutputPorts,
  { disk, tell }: NonNullable<OutputPorts['notices']>,
): Promise<Outbox> {
  const { file, ...kept } = await NoticeFile.open(disk);
  return new Outbox({ file, kept, tell, clock, random, log, noticesMax });
}

function seenBy(store: LineStore, recent: OutputPorts['recent']): LineStore {
  return {
    append: (lines, mark) => {
      recent.add(lines);
      return store.append(lines, mark);
    },
    markOf: (key) => store.markOf(key),
    forget: (key) => store.forget(key),
  };
}
