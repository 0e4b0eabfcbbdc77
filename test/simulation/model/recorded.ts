/** Recordings of processes in a model world: the same each time, since all that they hold is. */
import { Recorder } from '../../../src/recording/recorder.ts';
import { redactor } from '../../../src/recording/redact.ts';
import type { MemoryTape, Tape } from '../../../src/recording/tape.ts';
import type { World } from './world.ts';

export function modelRecorder(tape: Tape, world: World): Recorder {
  return new Recorder({
    tape,
    redactor: redactor(new Uint8Array(32)),
    now: () => world.clock.now(),
    versions: { ottoscaler: 'model' },
    namespace: world.namespace,
  });
}

/** One file of several lives. */
export function join(tapes: readonly MemoryTape[]): readonly string[] {
  const lines = tapes.flatMap((tape) => tape.lines);
  return lines.map((line, at) => line.replace(/^\{"n":\d+/, `{"n":${at + 1}`));
}
