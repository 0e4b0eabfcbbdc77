/** The recording that RECORD_FILE asks for. */
import { randomBytes } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import { RecordFile } from '../recording/record-file.ts';
import { Recorder } from '../recording/recorder.ts';
import { redactor } from '../recording/redact.ts';
import { systemClock } from './clock.ts';
import { versions } from './versions.ts';

export interface Recording {
  /** For one pool; each further one begins another life. */
  begin(): Recorder;
  /** Resolves once all is written. */
  close(): Promise<void>;
}

/** @returns undefined where nothing is to be recorded. Rejects where the file cannot be written. */
export async function openRecording(settings: Settings, log: Logger): Promise<Recording | undefined> {
  const { RECORD_FILE: path, RECORD_MB_MAX: mbMax, NAMESPACE: namespace } = settings;
  if (path === '') return undefined;
  const tape = await RecordFile.open({
    path,
    bytesMax: mbMax * 1_000_000,
    onEnd: (reason) => log.warn({ path, reason }, 'the recording ends; Ottoscaler goes on'),
  });
  log.info({ path, mbMax }, 'recording');
  const options = { tape, redactor: redactor(randomBytes(32)), now: () => systemClock.now() };
  const recorders: Recorder[] = [];
  return {
    begin() {
      const recorder = new Recorder({ ...options, versions: versions(), namespace });
      recorders.push(recorder);
      return recorder;
    },
    close() {
      recorders.at(-1)?.end('the process ended');
      return tape.close();
    },
  };
}
