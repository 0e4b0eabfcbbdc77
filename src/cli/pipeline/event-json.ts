/** A run for programs: one JSON object a line, told apart by `event`; events keep the field names of the wire. */
import { jsonLine } from '../json-lines.ts';
import { actualPath, namesOf } from './actual-path.ts';
import type { RunDisplay } from './run-display.ts';
import { durationMs, statusWord } from './run-state.ts';

export function eventJson(write: (line: string) => void, pipelineId: string): RunDisplay {
  return {
    begin: () => {},
    event: (event) => write(jsonLine('progress', { ...event, status: statusWord(event.status) })),
    notice(message) {
      if (message !== '') write(jsonLine('notice', { message }));
    },
    end(state) {
      const { pipeline, stages, latestAtMs, beganAtMs } = state;
      const path = actualPath(state);
      write(
        jsonLine('summary', {
          pipeline_id: pipelineId,
          status: pipeline.status,
          error_message: pipeline.errorMessage,
          duration_seconds: seconds(latestAtMs - beganAtMs),
          stages: [...stages].map(([stage_id, stage]) => ({
            stage_id,
            status: stage.status,
            attempts: stage.attempt,
            duration_seconds: seconds(durationMs(stage, latestAtMs)),
            error_message: stage.errorMessage,
          })),
          critical_path: { stage_ids: namesOf(state, path.stages), duration_seconds: seconds(path.weight) },
        }),
      );
    },
    close: () => {},
  };
}

/** null where it is not known. */
const seconds = (ms: number) => (Number.isNaN(ms) ? null : Math.round(ms) / 1_000);
