/**
 * One trace for each command and run, made of what is observed: its effects, and what the witness sees of its workers.
 *
 *     scale-up | scale-down | pipeline         from its taking until its ledger is a tombstone
 *     ├ ledger                                 its first write
 *     └ worker                                 from the asking for its Pod until that is gone
 *       ├ create, starting, running, recording, draining, deleting
 *
 * A trace that the caller has goes on. What a former process began is not traced: its spans went with it.
 */
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Effect, EffectEnd, Observer, Opening, SeenWorker } from '../actors/observer.ts';
import type { Outcome } from '../machines/worker/order.ts';
import type { CallerTraces } from './tracing.ts';
import { WorkerSpans } from './worker-spans.ts';

/** Commands that are not over; of more than these the oldest traces end early. */
const commandsMax = 10_000;

interface TracedCommand {
  readonly span: Span;
  /** Of a run. */
  readonly pipelineId: string | undefined;
}

export class Traces implements Observer, CallerTraces {
  readonly #tracer: Tracer;
  readonly #callers = new WeakMap<object, Context>();
  /** By ledger. */
  readonly #commands = new Map<string, TracedCommand>();
  /** Ledgers of runs, by the runs' own names. */
  readonly #runs = new Map<string, string>();
  readonly #workers: WorkerSpans;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
    this.#workers = new WorkerSpans(tracer, (ledgerName) => this.#commands.get(ledgerName)?.span);
  }

  note(command: object, traceparent: string): void {
    const context = parseTraceParent(traceparent);
    if (context && isSpanContextValid(context))
      this.#callers.set(command, trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true }));
  }

  began(effect: Effect): (end: EffectEnd) => void {
    switch (effect.name) {
      case 'open-scale-up':
      case 'open-scale-down':
      case 'open-pipeline':
        return this.#open(effect);
      case 'close-scale':
      case 'close-pipeline':
      case 'discard-ledger':
        return () => this.#end(effect.ledgerName);
      case 'create-pod':
      case 'record-outcome':
      case 'drain-logs':
      case 'delete-pod':
        return this.#workers.began(effect.name, effect.worker);
      case 'mark-promised':
      case 'mark-created':
      case 'write-journal':
        return () => {};
    }
  }

  saw(worker: SeenWorker): void {
    this.#workers.saw(worker);
  }

  ending(worker: SeenWorker, outcome: Outcome): void {
    this.#workers.ending(worker, outcome);
  }

  gone(worker: SeenWorker): void {
    this.#workers.gone(worker);
  }

  idOf(fields: object): string | undefined {
    const { podName, ledger, pipelineId }: { podName?: unknown; ledger?: unknown; pipelineId?: unknown } =
      fields;
    if (typeof podName === 'string') return this.#workers.traceIdOf(podName);
    const name = typeof pipelineId === 'string' ? this.#runs.get(pipelineId) : ledger;
    return typeof name === 'string' ? this.#commands.get(name)?.span.spanContext().traceId : undefined;
  }

  /** Of what goes on without this process, what it saw is told. */
  close(): void {
    this.#workers.close();
    for (const name of this.#commands.keys()) this.#end(name);
  }

  /** A repetition of what is known is its own short trace, or a part of its caller's. */
  #open(effect: Opening): (end: EffectEnd) => void {
    const span = this.#tracer.startSpan(
      effect.name.slice('open-'.length),
      { attributes: attributesOf(effect) },
      this.#callers.get(commandOf(effect)) ?? ROOT_CONTEXT,
    );
    const ledger = this.#tracer.startSpan('ledger', {}, trace.setSpan(ROOT_CONTEXT, span));
    return (end) => {
      ledger.end();
      const { result, name } = resultOf(end);
      span.setAttribute('otto.result', result);
      if (result !== 'opened' || name === undefined) {
        if (result === 'failed' || result === 'refused') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        return;
      }
      span.setAttribute('otto.ledger', name);
      const pipelineId = effect.name === 'open-pipeline' ? effect.opening.pipelineId : undefined;
      this.#commands.set(name, { span, pipelineId });
      if (pipelineId !== undefined) this.#runs.set(pipelineId, name);
      const [oldest] = this.#commands.keys();
      if (this.#commands.size > commandsMax && oldest !== undefined) this.#end(oldest);
    };
  }

  #end(ledgerName: string): void {
    const command = this.#commands.get(ledgerName);
    if (!command) return;
    command.span.end();
    this.#commands.delete(ledgerName);
    if (command.pipelineId !== undefined) this.#runs.delete(command.pipelineId);
  }
}

function commandOf(effect: Opening): object {
  if (effect.name !== 'open-pipeline') return effect.command;
  return effect.opening.kind === 'submit' ? effect.opening.command : effect.opening;
}

/** What names the command; nothing of what its workers are given. */
function attributesOf(effect: Opening): Record<string, string> {
  if (effect.name === 'open-pipeline') return { 'otto.pipeline_id': effect.opening.pipelineId };
  const { taskId, requestId } = effect.command;
  return { 'otto.task_id': taskId, ...(requestId === '' ? {} : { 'otto.request_id': requestId }) };
}

function resultOf(end: EffectEnd): { readonly result: string; readonly name?: string | undefined } {
  if (end.kind === 'failed') return { result: 'failed' };
  return { result: end.opened?.result ?? 'failed', name: end.opened?.ledger?.name };
}
