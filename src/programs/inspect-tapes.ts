/** Recordings for the inspector: opened by their names from RECORD_FILE's folder, or one that a person named. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { attemptName } from '../actors/ledger/pipeline-order.ts';
import { Happenings } from '../inspector/happenings.ts';
import type { Tapes } from '../inspector/protocol.ts';
import { Secrets } from '../inspector/secrets.ts';
import type { OpenTape } from '../inspector/tape-scene.ts';
import { listTapes } from '../inspector/tapes.ts';
import { readRecording } from '../recording/read-recording.ts';
import { TapePlayer } from '../recording/tape-player.ts';

/** Beside a pool at work: a recording is held in memory and lived again on the same core. */
const sharedBytesMax = 16_000_000;
const openMax = 2;

export interface TapeShelf {
  list(): Promise<Tapes['tapes']>;
  /** Rejects with an Error of one sentence. */
  open(name: string, ending: AbortSignal): Promise<OpenTape>;
}

/** @param recordFile '' where nothing is recorded */
export function tapesBeside(recordFile: string): TapeShelf {
  const folder = recordFile === '' ? undefined : dirname(recordFile);
  let open = 0;
  return {
    list: () => listTapes(folder),
    async open(name, ending) {
      const tape = (await listTapes(folder)).find((one) => one.name === name);
      if (!tape || folder === undefined)
        throw new Error(`There is no recording ${JSON.stringify(name)} in the folder of RECORD_FILE.`);
      if (tape.bytes > sharedBytesMax)
        throw new Error(
          `${name} has ${Math.ceil(tape.bytes / 1e6)} MB, more than the ${sharedBytesMax / 1e6} that a server at work shows: take it elsewhere and open it with ottoscaler replay --inspect.`,
        );
      if (open >= openMax) throw new Error(`${openMax} recordings are open already; close one of them.`);
      open += 1;
      ending.addEventListener('abort', () => (open -= 1), { once: true });
      return await openTape(join(folder, name), ending);
    },
  };
}

/** The one recording that a person named. */
export function onlyTape(path: string): TapeShelf {
  return {
    async list() {
      const { size, mtimeMs } = await stat(path);
      return [{ name: basename(path), bytes: size, changedMs: Math.round(mtimeMs) }];
    },
    open: (_name, ending) => openTape(path, ending),
  };
}

/** Rejects as {@link readRecording} does. */
async function openTape(path: string, ending: AbortSignal): Promise<OpenTape> {
  const player = await TapePlayer.open(readRecording(path, ending), {
    nameOf: attemptName,
    signal: ending,
    attend: (replay, nowMs) => {
      const happenings = new Happenings(nowMs);
      replay.root.system.inspect((event) => happenings.hear(event));
      return happenings;
    },
  });
  // What people wrote was hidden when it was recorded.
  const secrets = new Secrets([]);
  return {
    get place() {
      return player.place;
    },
    get reading() {
      const { replay, place } = player;
      return {
        pool: replay.snapshot,
        root: replay.root,
        timersOf: ({ id }: { readonly id: string }) => replay.timersOf(id),
        secrets,
        environmentOf: () => [],
        nowMs: place.atMs,
      };
    },
    get happenings() {
      return player.attendant;
    },
    seek: (n) => player.seek(n),
    step: (by) => player.step(by),
    close: () => {},
  };
}
