/** The logs of all containers of a world, by the UIDs of their Pods: begun and ended by the kubelet, gone with the Pod. */
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import type { ObjectStore } from '../../../src/cluster/local/store/object-store.ts';
import { WorkerLog, type LogScript } from './worker-log.ts';

/** @returns undefined where nobody cares what it writes */
export type LogScripts = (podName: string, uid: string) => LogScript | undefined;

export class WorkerLogs {
  /** Replaced by whoever decides what containers write. */
  scripts: LogScripts = () => undefined;
  /** Every log that there ever was. */
  readonly all = new Map<string, WorkerLog>();
  readonly #nowMs: () => number;

  constructor(store: ObjectStore, nowMs: () => number) {
    this.#nowMs = nowMs;
    store.watch({ resource: podType }, {}, ({ type, object }) => {
      if (type === 'DELETED') this.all.get(object.metadata.uid)?.remove(nowMs());
    });
  }

  begin(podName: string, uid: string): void {
    const script = this.scripts(podName, uid);
    if (script) this.all.set(uid, new WorkerLog(podName, script, this.#nowMs()));
  }

  end(uid: string): void {
    this.all.get(uid)?.end(this.#nowMs());
  }

  /** Its node is lost. */
  lose(uid: string): void {
    this.all.get(uid)?.lose();
  }
}
