/**
 * Where workers' output goes, by the settings: otto-handler or our own log, and the folder of what waits for it.
 *
 * Opened only by who leads: until then another process may have the folder, and nothing of it is needed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Witness } from '../actors/ports.ts';
import type { Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import { messageOf } from '../error-message.ts';
import type { Logger } from '../log.ts';
import type { TellNotice } from '../logs/notices/notice.ts';
import { RecentLines } from '../logs/recent/recent-lines.ts';
import { stdoutLink } from '../logs/relay/stdout-link.ts';
import type { LineSink } from '../logs/sessions/session.ts';
import { FileDisk } from '../logs/spool/file-disk.ts';
import type { OutputCounts } from '../metrics/output-metrics.ts';
import { createHandlerClient, type HandlerClient } from '../rpc/handler/handler-client.ts';
import { tellHandler } from '../rpc/handler/tell-handler.ts';
import type { HandlerCredentials } from '../rpc/security/handler-credentials.ts';
import { steadyClock, systemClock, systemRandom } from './clock.ts';
import { handlerAddressOf } from './compose.ts';
import { openWorkerOutput, type WorkerOutput } from './worker-output.ts';

const recentBytesMax = 64 * 2 ** 20;
const mb = 1_000_000;

interface OutputDeps {
  readonly cluster: Cluster;
  readonly log: Logger;
  /** Told after how many ms otto-handler answered a message. */
  readonly answeredAfter: (delayMs: number) => void;
  /** Absent: otto-handler is called in plaintext, and shown nothing. */
  readonly shown?: HandlerCredentials | undefined;
}

export class OutputPlaces {
  readonly recent = new RecentLines(recentBytesMax);
  /** Before it is open there are no workers to witness. */
  readonly witness: Witness = {
    saw: (worker) => this.#output?.witness.saw(worker),
    ending: async (worker, outcome) => await this.#output?.witness.ending(worker, outcome),
    drain: async (worker, withinMs) => await this.#output?.witness.drain(worker, withinMs),
    gone: (worker) => this.#output?.witness.gone(worker),
  };
  readonly sink: LineSink = async (lines) => {
    if (!this.#output) throw new Error('no lines are taken yet');
    await this.#output.sink(lines);
  };
  readonly #settings: Settings;
  readonly #cluster: Cluster;
  readonly #log: Logger;
  readonly #answeredAfter: (delayMs: number) => void;
  readonly #shown: HandlerCredentials | undefined;
  #output: WorkerOutput | undefined;
  #isClosed = false;
  #handler: HandlerClient | undefined;
  #ownFolder: string | undefined;

  constructor(settings: Settings, { cluster, log, answeredAfter, shown }: OutputDeps) {
    this.#shown = shown;
    this.#answeredAfter = answeredAfter;
    this.#settings = settings;
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Undefined until it is open. */
  get origins(): WorkerOutput['origins'] | undefined {
    return this.#output?.origins;
  }

  /** Undefined until it is open. */
  get counts(): OutputCounts | undefined {
    return this.#output?.counts();
  }

  /** Rejects where the folder cannot be used, in words for a person. */
  async open(): Promise<void> {
    const { SPOOL_DIR, SPOOL_MB_MAX, LOG_FOLLOWS_MAX, LOG_SECRET_NAMES } = this.#settings;
    const folder = SPOOL_DIR === '' ? await this.#makeFolder() : SPOOL_DIR;
    const handler = this.#connect();
    this.#handler = handler;
    const ports = {
      pods: this.#cluster.pods,
      namespace: this.#cluster.namespace,
      clock: steadyClock,
      wallMs: () => systemClock.now(),
      random: systemRandom,
      log: this.#log,
      spoolDisk: new FileDisk(join(folder, 'lines')),
      link: handler ?? stdoutLink(this.#log),
      recent: this.recent,
      answeredAfter: this.#answeredAfter,
      ...(handler
        ? { notices: { disk: new FileDisk(join(folder, 'notices')), tell: this.#tell(handler) } }
        : {}),
    };
    try {
      this.#output = await openWorkerOutput(ports, {
        spoolBytesMax: SPOOL_MB_MAX * mb,
        followsMax: LOG_FOLLOWS_MAX,
        secretNames: LOG_SECRET_NAMES,
      });
    } catch (cause) {
      const why = messageOf(cause);
      throw new Error(`the spool of log lines in ${folder} (SPOOL_DIR) cannot be used: ${why}`, { cause });
    }
  }

  async close(withinMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const linesLeft = (await this.#output?.close(withinMs)) ?? 0;
    this.#handler?.close();
    if (this.#ownFolder === undefined) return;
    await rm(this.#ownFolder, { recursive: true, force: true });
    if (linesLeft > 0)
      this.#log.warn({ linesLeft }, 'log lines that nobody took are gone; with SPOOL_DIR they would be kept');
  }

  #connect(): HandlerClient | undefined {
    const address = handlerAddressOf(this.#settings);
    return address === undefined ? undefined : createHandlerClient(address, this.#shown);
  }

  #tell(handler: HandlerClient): TellNotice {
    return tellHandler(handler, (reason) =>
      this.#log.warn({ reason }, "otto-handler answers no notice of workers' lives; it is told again later"),
    );
  }

  async #makeFolder(): Promise<string> {
    this.#ownFolder = await mkdtemp(join(tmpdir(), 'ottoscaler-spool-'));
    return this.#ownFolder;
  }
}
