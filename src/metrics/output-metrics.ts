/** What workers write, on its way out: followers, spool, relay, notices, sessions. */
import { Histogram, type Registry } from 'prom-client';
import type { FollowCounters } from '../logs/follow/counters.ts';
import type { OutboxCounts } from '../logs/notices/outbox.ts';
import type { RelayCounts } from '../logs/relay/relay.ts';
import type { SpoolCounts } from '../logs/spool/spool.ts';
import { counterAtScrape, gaugeAtScrape, type Show } from './read-at-scrape.ts';

export interface OutputCounts {
  /** Absent where no log is followed. */
  readonly follow: (FollowCounters & { readonly following: number; readonly waiting: number }) | undefined;
  readonly pushedLines: number;
  readonly spool: SpoolCounts;
  readonly relay: RelayCounts;
  /** Absent where nobody is told. */
  readonly notices: (OutboxCounts & { readonly waiting: number }) | undefined;
}

export interface OutputSource {
  /** Undefined until it is open. */
  readonly counts: () => OutputCounts | undefined;
  /** Workers that push. */
  readonly sessions: () => number;
}

export function outputMetrics(registry: Registry, { counts, sessions }: OutputSource): void {
  followMetrics(registry, counts, sessions);
  spoolMetrics(registry, counts);
  relayMetrics(registry, counts);
  noticeMetrics(registry, counts);
}

/** @returns to be told after how many ms otto-handler answered a message */
export function answerMetrics(registry: Registry): (delayMs: number) => void {
  const delays = new Histogram({
    name: 'ottoscaler_relay_ack_delay_seconds',
    help: 'From sending a message of lines to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return (delayMs) => delays.observe(delayMs / 1_000);
}

type Read = (all: OutputCounts) => number | undefined;

/** Shows it once there is something to read. */
function single(counts: OutputSource['counts'], read: Read): (show: Show<never>) => void {
  return (show) => {
    const all = counts();
    const value = all && read(all);
    if (value !== undefined) show({}, value);
  };
}

function followMetrics(
  registry: Registry,
  counts: OutputSource['counts'],
  sessions: OutputSource['sessions'],
): void {
  counterAtScrape(registry, {
    name: 'ottoscaler_log_lines_total',
    help: "Lines of workers that were taken: read from their containers' logs, or pushed by them.",
    labelNames: ['way'],
    read: (show) => {
      const all = counts();
      if (all?.follow) show({ way: 'followed' }, all.follow.lines);
      if (all) show({ way: 'pushed' }, all.pushedLines);
    },
  });
  const counter = (name: string, help: string, read: Read) =>
    counterAtScrape(registry, { name, help, read: single(counts, read) });
  const gauge = (name: string, help: string, read: Read) =>
    gaugeAtScrape(registry, { name, help, read: single(counts, read) });
  counter(
    'ottoscaler_log_read_bytes_total',
    'Bytes of logs that were read, repetitions included.',
    ({ follow }) => follow?.bytes,
  );
  counter(
    'ottoscaler_log_gaps_total',
    'Records of lines that are missing, each in their place.',
    ({ follow }) => follow?.gaps,
  );
  counter(
    'ottoscaler_log_reconnects_total',
    'Readings of a log after its first.',
    ({ follow }) => follow?.reconnects,
  );
  counter(
    'ottoscaler_log_withheld_lines_total',
    'Lines that were read and not handed on, since their worker pushes them.',
    ({ follow }) => follow?.withheld,
  );
  gauge('ottoscaler_log_follows', 'Logs that are followed now.', ({ follow }) => follow?.following);
  gauge(
    'ottoscaler_log_follows_waiting',
    'Logs that wait to be followed (LOG_FOLLOWS_MAX).',
    ({ follow }) => follow?.waiting,
  );
  gaugeAtScrape(registry, {
    name: 'ottoscaler_push_sessions',
    help: 'Workers that push their lines.',
    read: (show) => show({}, sessions()),
  });
}

function spoolMetrics(registry: Registry, counts: OutputSource['counts']): void {
  const counter = (name: string, help: string, read: Read) =>
    counterAtScrape(registry, { name, help, read: single(counts, read) });
  const gauge = (name: string, help: string, read: Read) =>
    gaugeAtScrape(registry, { name, help, read: single(counts, read) });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_spool_bytes',
    help: 'Lines that wait for otto-handler, by where they are.',
    labelNames: ['place'],
    read: (show) => {
      const spool = counts()?.spool;
      if (!spool) return;
      show({ place: 'disk' }, spool.diskBytes);
      show({ place: 'memory' }, spool.memoryBytes);
    },
  });
  gauge(
    'ottoscaler_spool_waiting_lines',
    'Lines that are not delivered yet.',
    ({ spool }) => spool.waitingLines,
  );
  gauge('ottoscaler_spool_disk_down', '1 while the disk of the spool refuses.', ({ spool }) =>
    spool.isDiskDown ? 1 : 0,
  );
  counter(
    'ottoscaler_spool_dropped_lines_total',
    'Lines that were lost because there was no room; each loss is told in its place.',
    ({ spool }) => spool.droppedLines,
  );
  counter(
    'ottoscaler_spool_repeated_lines_total',
    'Lines that came twice and were taken once.',
    ({ spool }) => spool.repeatedLines,
  );
}

function relayMetrics(registry: Registry, counts: OutputSource['counts']): void {
  counterAtScrape(registry, {
    name: 'ottoscaler_relay_answers_total',
    help: "otto-handler's answers to messages of lines.",
    labelNames: ['answer'],
    read: (show) => {
      const relay = counts()?.relay;
      if (!relay) return;
      show({ answer: 'ack' }, relay.acks);
      show({ answer: 'retry' }, relay.retries);
      show({ answer: 'drop' }, relay.drops);
      show({ answer: 'unknown' }, relay.unknownAnswers);
      show({ answer: 'repeated' }, relay.repeatedAnswers);
    },
  });
  counterAtScrape(registry, {
    name: 'ottoscaler_relay_lines_total',
    help: 'Lines by what became of them: delivered, or given up after a DROP or too many RETRYs.',
    labelNames: ['outcome'],
    read: (show) => {
      const relay = counts()?.relay;
      if (!relay) return;
      show({ outcome: 'delivered' }, relay.deliveredLines);
      show({ outcome: 'given_up' }, relay.givenUpLines);
    },
  });
  const relay = (read: (relay: RelayCounts) => number) => single(counts, (all) => read(all.relay));
  counterAtScrape(registry, {
    name: 'ottoscaler_relay_reconnects_total',
    help: 'Streams to otto-handler after the first.',
    read: relay(({ reconnects }) => reconnects),
  });
  counterAtScrape(registry, {
    name: 'ottoscaler_relay_throttled_total',
    help: 'Answers that asked for a pause.',
    read: relay(({ throttled }) => throttled),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_relay_window_lines',
    help: 'Lines that were taken from the spool and are not answered.',
    read: relay(({ windowLines }) => windowLines),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_relay_breaker_open',
    help: '1 while otto-handler refuses so much that it is only tried now and then.',
    read: relay(({ isBreakerOpen }) => (isBreakerOpen ? 1 : 0)),
  });
}

function noticeMetrics(registry: Registry, counts: OutputSource['counts']): void {
  counterAtScrape(registry, {
    name: 'ottoscaler_notices_total',
    help: "Notices of workers' lives by what became of them; error and unanswered are tried again.",
    labelNames: ['result'],
    read: (show) => {
      const notices = counts()?.notices;
      if (!notices) return;
      show({ result: 'told' }, notices.told);
      show({ result: 'ignored' }, notices.ignored);
      show({ result: 'error' }, notices.errors);
      show({ result: 'unanswered' }, notices.unanswered);
      show({ result: 'given_up' }, notices.givenUp);
      show({ result: 'dropped' }, notices.dropped);
    },
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_notices_waiting',
    help: 'Notices that otto-handler has not taken yet.',
    read: single(counts, ({ notices }) => notices?.waiting),
  });
}
