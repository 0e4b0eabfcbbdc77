/**
 * The data plane of a life: each process has the real one, over one otto-handler and a disk of its own identity, and is
 * watched for what it knew and when.
 */
import type { Clock, Witness, WitnessedWorker } from '../../../src/actors/ports.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import type { PodApi } from '../../../src/cluster/port.ts';
import { RecentLines } from '../../../src/logs/recent/recent-lines.ts';
import { isTerminal } from '../../../src/machines/pod.ts';
import { openWorkerOutput, type WorkerOutput } from '../../../src/programs/worker-output.ts';
import { OttoHandler, type Conduct } from '../model/otto-handler.ts';
import { markedOn } from '../model/platter-content.ts';
import type { Inhabitant, Peripheral, Place } from '../model/peripheral.ts';
import { ProcessDisk, type DiskPlan } from '../model/process-disk.ts';
import type { World } from '../model/world.ts';
import { ReceivedLines } from '../oracle/received-lines.ts';
import { ReceivedNotices } from '../oracle/received-notices.ts';
import type { Violations } from '../oracle/violation.ts';
import { plantedSecret } from './acts.ts';
import type { Decisions } from './decisions.ts';
import { DiskFaults } from './disk-faults.ts';
import { HandlerConduct } from './handler-conduct.ts';
import { LogScripts } from './log-scripts.ts';
import { OutputCourt, type LineCounts } from './output-court.ts';
import { OutputHome, type Tenant } from './output-home.ts';
import type { PodFates } from './pod-fates.ts';
import type { Timeline } from './timeline.ts';

export interface OutputsOptions {
  readonly world: World;
  readonly decisions: Decisions;
  readonly timeline: Timeline;
  readonly fates: PodFates;
  readonly verdict: Violations;
  readonly lastsMs: number;
  /** Instead of what the seed draws. */
  readonly conduct?: Conduct;
  readonly disk?: DiskPlan;
}

const followsMax = 100;
const lastLinesMs = 3_000;
const mb = 1_000_000;

export class WorkerOutputs implements Peripheral {
  readonly handler: OttoHandler;
  readonly #options: OutputsOptions;
  readonly #homes = new Map<string, OutputHome>();
  readonly #lines: ReceivedLines;
  readonly #notices: ReceivedNotices;
  readonly #court: OutputCourt;
  readonly #spoolBytesMax: number;

  constructor(options: OutputsOptions) {
    const { world, decisions, timeline, fates, verdict, lastsMs } = options;
    this.#options = options;
    this.#lines = new ReceivedLines(verdict);
    this.#notices = new ReceivedNotices(verdict);
    const isSpoolSmall = decisions.dice('small spool')() < 0.15;
    this.#spoolBytesMax = isSpoolSmall ? mb : 64 * mb;
    const hasSecret = (podName: string) =>
      JSON.stringify(world.store.find(podType, world.namespace, podName)).includes(plantedSecret);
    const scripts = new LogScripts(decisions, fates, isSpoolSmall, hasSecret);
    world.logs.scripts = (podName) => scripts.script(podName);
    const drawn = new HandlerConduct(decisions, world.clock);
    this.handler = new OttoHandler(world.clock, {
      conduct: options.conduct ?? drawn,
      isOld: decisions.dice('old handler')() < 0.15,
      receiver: {
        lines: (from, lines) => {
          timeline.note('log', () => `handler takes ${lines.length} of ${from}: ${rangesOf(lines)}`);
          this.#lines.take(lines);
        },
        refused: (lines, status) => {
          timeline.note('log', () => `handler answers ${status}: ${rangesOf(lines)}`);
          this.#lines.refuse(lines);
        },
        notice: (from, notice) => {
          timeline.note('log', () => `handler is told by ${from}: ${notice.workerId} ${notice.status}`);
          this.#court.told(this.#homeOf(from), notice);
          this.#notices.take(from, notice);
        },
      },
    });
    drawn.schedule(this.handler, lastsMs);
    this.#court = new OutputCourt({
      world,
      verdict,
      lines: this.#lines,
      notices: this.#notices,
      homes: this.#homes,
      handler: this.handler,
      spoolBytesMax: this.#spoolBytesMax,
    });
  }

  attach(inhabitant: Inhabitant): Place {
    const { identity, cluster } = inhabitant;
    const { world, timeline } = this.#options;
    const home = this.#homeOf(identity);
    const around = { inhabitant, world: world.clock, plan: this.#options.disk ?? home.faults.plan };
    let output: WorkerOutput | undefined;
    let tenant: Tenant | undefined;
    const open = async (): Promise<void> => {
      const lines = new ProcessDisk(home.lines, around);
      const notices = new ProcessDisk(home.notices, around);
      home.disks = [lines, notices];
      tenant = home.moveIn(world.clock.now());
      output = await openWorkerOutput(
        {
          ...inhabitant,
          clock: steady(inhabitant),
          wallMs: () => inhabitant.clock.now(),
          pods: this.#readBy(cluster.pods, () => tenant),
          namespace: cluster.namespace,
          spoolDisk: lines,
          link: this.handler.linkOf(inhabitant),
          notices: { disk: notices, tell: this.handler.tellOf(inhabitant) },
          recent: new RecentLines(mb),
        },
        { spoolBytesMax: this.#spoolBytesMax, followsMax, secretNames: [] },
      );
      timeline.note('log', () => `${identity} has its outputs open`);
    };
    return {
      open,
      close: async () => {
        await output?.close(lastLinesMs);
      },
      stands: () => void tenant?.stills.push({ fromMs: world.clock.now(), toMs: Infinity }),
      goesOn: () => {
        const still = tenant?.stills.at(-1);
        if (still) still.toMs = world.clock.now();
      },
      killed: () => {
        if (!tenant) return;
        home.moveOut(world.clock.now());
        for (const platter of [home.lines, home.notices]) home.faults.afterKill(platter);
        tenant.marked = markedOn(home.lines);
        tenant = undefined;
      },
      ports: {
        witness: this.#watched(
          () => output?.witness,
          () => tenant,
        ),
        cluster: {
          ...cluster,
          pods: {
            ...cluster.pods,
            delete: (name, uid) => {
              if (tenant) this.#court.deletes(home, tenant, uid);
              return cluster.pods.delete(name, uid);
            },
          },
        },
      },
    };
  }

  calm(): void {
    this.handler.awayUntilMs = 0;
  }

  get isAtRest(): boolean {
    return this.#court.isSettled();
  }

  examine(): void {
    this.#court.judge();
  }

  get trace(): unknown {
    const streams = [...this.#lines.streams.values()].map(({ stream, kept }) => [stream, kept.length]);
    return [streams, [...this.#notices.told], this.counts];
  }

  get counts(): LineCounts {
    return this.#court.counts;
  }

  /** A byte of the lines that wait on that identity's disk is another one. */
  rot(identity: string, at: (bytes: Buffer) => number): void {
    const { faults, lines } = this.#homeOf(identity);
    faults.rot(lines, at);
  }

  #homeOf(identity: string): OutputHome {
    const { decisions, world } = this.#options;
    let home = this.#homes.get(identity);
    if (!home) {
      home = new OutputHome(identity, new DiskFaults(decisions, world.clock, identity));
      this.#homes.set(identity, home);
    }
    return home;
  }

  /** Notes whose logs were begun to be read. */
  #readBy(pods: PodApi, tenant: () => Tenant | undefined): Pick<PodApi, 'read' | 'followLog'> {
    const { store, namespace, clock } = this.#options.world;
    const note = (name: string): void => {
      const uid = store.find(podType, namespace, name)?.metadata.uid ?? '';
      const who = tenant();
      if (!who?.read.has(uid)) who?.read.set(uid, clock.now());
    };
    return {
      read: (name) => pods.read(name),
      async *followLog(name, options) {
        for await (const chunk of pods.followLog(name, options)) {
          note(name);
          yield chunk;
        }
        note(name);
      },
    };
  }

  /** As the program does it: before it is open there is nobody to witness. */
  #watched(witness: () => Witness | undefined, tenant: () => Tenant | undefined): Witness {
    const { clock } = this.#options.world;
    const knows = ({ pod, isGone }: WitnessedWorker): void => {
      const who = tenant();
      if (!who || !pod) return;
      if (isGone && !who.learned.has(pod.uid)) who.learned.set(pod.uid, clock.now());
      if (pod.container && pod.container.kind !== 'waiting' && !who.knew.has(pod.uid))
        who.knew.set(pod.uid, clock.now());
      if (isTerminal(pod)) who.knewEnded.add(pod.uid);
    };
    return {
      saw: (worker) => {
        knows(worker);
        witness()?.saw(worker);
      },
      ending: async (worker, outcome) => {
        knows(worker);
        const { podName } = worker.slot;
        const who = tenant();
        who?.ends.set(podName, JSON.stringify(outcome));
        if (who?.over.has(podName)) who.overAgain.add(podName);
        await witness()?.ending(worker, outcome);
      },
      drain: async (worker, withinMs) => {
        knows(worker);
        const { uid = '' } = worker.pod ?? {};
        tenant()?.drains.set(uid, { sinceMs: clock.now(), withinMs });
        await witness()?.drain(worker, withinMs);
      },
      gone: (worker) => {
        knows({ ...worker, isGone: true });
        tenant()?.over.add(worker.slot.podName);
        witness()?.gone(worker);
      },
    };
  }
}

function steady({ clock, monotonicMs }: Inhabitant): Clock {
  return {
    now: monotonicMs,
    setTimeout: (fire, timeoutMs) => clock.setTimeout(fire, timeoutMs),
    clearTimeout: (id) => clock.clearTimeout(id),
  };
}

function rangesOf(lines: ReadonlyArray<{ readonly stream: string; readonly seq: number }>): string {
  const streams = Map.groupBy(lines, ({ stream }) => stream);
  return [...streams].map(([stream, of]) => `${stream} ${of[0]?.seq}–${of.at(-1)?.seq}`).join(', ');
}
