/**
 * The notices that are not yet taken, on the disk: `notices`, frames of what was added and what is done (`frame.ts`).
 *
 * Added notices are synced, done ones are not: forgetting that one was taken repeats it. A tail that was torn is cut;
 * so nothing that was synced is lost. When most of it is done, the file is replaced by what is left.
 */
import type { Disk } from '../spool/disk.ts';
import { decodeFrame, encodeFrame, frameEnd } from '../spool/frame.ts';
import type { Notice } from './notice.ts';

const fileName = 'notices';
const replaceFromBytes = 256 * 1_024;

export interface NumberedNotice {
  readonly id: number;
  readonly notice: Notice;
}

interface Written {
  readonly added?: readonly NumberedNotice[];
  readonly done?: readonly number[];
}

export class NoticeFile {
  readonly #disk: Disk;
  #bytes = 0;
  #isSound = false;

  private constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Rejects where another process has the folder. */
  static async open(
    disk: Disk,
  ): Promise<{ readonly file: NoticeFile; readonly notices: readonly NumberedNotice[] }> {
    await disk.lock();
    const file = new NoticeFile(disk);
    const known = (await disk.files()).find(({ name }) => name === fileName);
    const bytes = known ? await disk.read(fileName, 0, known.bytes) : Buffer.alloc(0);
    const notices = new Map<number, NumberedNotice>();
    let offset = 0;
    for (;;) {
      const end = frameEnd(bytes, offset);
      const frame = decodeFrame(bytes, offset);
      if (end === undefined || !frame) break;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its CRC says that it was written here
      const { added = [], done = [] } = frame.head as Written;
      for (const one of added) notices.set(one.id, one);
      for (const id of done) notices.delete(id);
      offset = end;
    }
    // Whatever is behind it would hide what comes next.
    file.#bytes = offset;
    file.#isSound = offset === bytes.length;
    return { file, notices: [...notices.values()] };
  }

  /**
   * Durable when it resolves.
   *
   * @param waiting all that is to be kept, the added ones included
   */
  async write(
    added: readonly NumberedNotice[],
    done: readonly number[],
    waiting: readonly NumberedNotice[],
  ): Promise<void> {
    if (this.#isSound && this.#bytes < replaceFromBytes) {
      const frame = encodeFrame({ added, done } satisfies Written, Buffer.alloc(0));
      this.#isSound = false;
      await this.#disk.append(fileName, frame);
      if (added.length > 0) await this.#disk.sync(fileName);
      this.#bytes += frame.length;
    } else {
      const frame = encodeFrame({ added: waiting } satisfies Written, Buffer.alloc(0));
      await this.#disk.replace(fileName, frame);
      this.#bytes = 0;
    }
    this.#isSound = true;
  }

  async close(): Promise<void> {
    await this.#disk.unlock();
  }
}
