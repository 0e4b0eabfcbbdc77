/** What readers of runs are shown, by whichever process: a list that only grows, the same from everybody. */
import { isDeepStrictEqual } from 'node:util';
import type { ProgressEvent } from '../../../src/machines/pipeline/progress.ts';
import type { Ottoscaler } from '../model/ottoscaler.ts';
import type { Violations } from './violation.ts';

export class ProgressWatch {
  readonly #broken: Violations;
  /** All that was ever shown of a run. */
  readonly #shown = new Map<string, ProgressEvent[]>();
  /** How much of it each process has shown. */
  readonly #seen = new Map<Ottoscaler, Map<string, number>>();

  constructor(broken: Violations) {
    this.#broken = broken;
  }

  /** Looks only at what is new. */
  look(otto: Ottoscaler): void {
    const seen = this.#seen.get(otto) ?? new Map<string, number>();
    this.#seen.set(otto, seen);
    for (const [pipelineId] of otto.registry.pipelines) {
      const list = otto.reading(pipelineId)?.progress ?? [];
      const from = seen.get(pipelineId) ?? 0;
      // A run that is opened anew is read anew.
      if (list.length === 0) continue;
      if (list.length < from)
        this.#broken.report(
          'I12',
          pipelineId,
          `${from} events of ${pipelineId} were shown, now ${list.length}`,
        );
      for (let at = from; at < list.length; at++) this.#show(pipelineId, at, list[at]);
      seen.set(pipelineId, list.length);
    }
  }

  /** What was shown is what is on paper in the end. */
  compare(pipelineId: string, durable: readonly ProgressEvent[]): void {
    const shown = this.#shown.get(pipelineId) ?? [];
    if (!isDeepStrictEqual(shown, durable.slice(0, shown.length)))
      this.#broken.report('I12', pipelineId, `events of ${pipelineId} were shown that are not in its ledger`);
  }

  #show(pipelineId: string, at: number, event: ProgressEvent | undefined): void {
    const shown = this.#shown.get(pipelineId) ?? [];
    this.#shown.set(pipelineId, shown);
    if (!event) return;
    if (at > shown.length)
      this.#broken.report(
        'I12',
        pipelineId,
        `event ${at + 1} of ${pipelineId} was shown before those ahead of it`,
      );
    else if (at === shown.length) shown.push(event);
    else if (!isDeepStrictEqual(shown[at], event))
      this.#broken.report('I12', pipelineId, `event ${at + 1} of ${pipelineId} is another one now`);
  }
}
