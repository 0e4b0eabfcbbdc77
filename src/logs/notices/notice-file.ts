/**
 * The notices that are not yet taken, and how far each worker's life was told of, on the disk: `notices`, frames of what
 * was added, what is done, and whose worker is gone (`frame.ts`).
 *
 * Added notices are synced, done ones are not: forgetting that one was taken repeats it. A tail that was torn is cut;
 * so nothing that was synced is lost. When most of it is done, the file is replaced by what is left.
 */
import type { Disk } from '../spool/disk.ts';
import { decodeFrame, encodeFrame, frameEnd } from '../spool/frame.ts';
import { stageOf, type Notice } from './notice.ts';

const fileName = 'notices';
const replaceFromBytes = 256 * 1_024;

export interface NumberedNotice {
  readonly id: number;
  readonly notice: Notice;
}

/** How far each worker's life was told of, by its id (`stageOf`). */
type Stages = Iterable<readonly [workerId: string, stage: number]>;

/** What has happened since the last write. */
export interface NoticeChanges {
  readonly added: readonly NumberedNotice[];
  readonly done: readonly number[];
  /** Ids of workers of which nothing more will be told. */
  readonly gone: readonly string[];
}

/** All that is to be kept, with the changes. */
export interface KeptNotices {
  readonly waiting: readonly NumberedNotice[];
  readonly stages: Stages;
}

interface Written extends Partial<NoticeChanges> {
  readonly stages?: ReadonlyArray<readonly [string, number]>;
}

export class NoticeFile {
  readonly #disk: Disk;
  /** Appended since the file was last replaced. */
  #bytes = 0;
  #replaceFromBytes = replaceFromBytes;
  #isSound = false;

  private constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Rejects where another process has the folder. */
  static async open(disk: Disk): Promise<KeptNotices & { readonly file: NoticeFile }> {
    await disk.lock();
    const file = new NoticeFile(disk);
    const known = (await disk.files()).find(({ name }) => name === fileName);
    // What a process wrote that was killed before its sync counts from now on, and so must be as durable as all else.
    if (known) await disk.sync(fileName).catch(() => undefined);
    const bytes = known ? await disk.read(fileName, 0, known.bytes) : Buffer.alloc(0);
    const waiting = new Map<number, NumberedNotice>();
    const told = new Map<string, number>();
    let offset = 0;
    for (;;) {
      const end = frameEnd(bytes, offset);
      const frame = decodeFrame(bytes, offset);
      if (end === undefined || !frame) break;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its CRC says that it was written here
      const { added = [], done = [], gone = [], stages = [] } = frame.head as Written;
      for (const [workerId, stage] of stages) told.set(workerId, stage);
      for (const one of added) {
        waiting.set(one.id, one);
        told.set(one.notice.workerId, stageOf(one.notice.status));
      }
      for (const id of done) waiting.delete(id);
      for (const workerId of gone) told.delete(workerId);
      offset = end;
    }
    // Whatever is behind it would hide what comes next.
    file.#bytes = offset;
    file.#isSound = offset === bytes.length;
    return { file, waiting: [...waiting.values()], stages: told };
  }

  /** What was added is durable when it resolves. */
  async write(changes: NoticeChanges, kept: () => KeptNotices): Promise<void> {
    if (this.#isSound && this.#bytes < this.#replaceFromBytes) {
      const frame = encodeFrame(changes satisfies Written, Buffer.alloc(0));
      this.#isSound = false;
      await this.#disk.append(fileName, frame);
      if (changes.added.length > 0) await this.#disk.sync(fileName);
      this.#bytes += frame.length;
    } else {
      const { waiting, stages } = kept();
      const frame = encodeFrame({ added: waiting, stages: [...stages] } satisfies Written, Buffer.alloc(0));
      await this.#disk.replace(fileName, frame);
      this.#bytes = 0;
      this.#replaceFromBytes = Math.max(replaceFromBytes, frame.length);
    }
    this.#isSound = true;
  }

  async close(): Promise<void> {
    await this.#disk.unlock();
  }
}
