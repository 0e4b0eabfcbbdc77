/** The spans of workers: each as long as something is known of it, and one for each part of its life. */
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Effect, EffectEnd, SeenWorker } from '../actors/observer.ts';
import type { WorkerTarget } from '../machines/worker/events.ts';
import type { Outcome } from '../machines/worker/order.ts';

type WorkerEffect = Extract<Effect, { readonly worker: unknown }>['name'];

interface Life {
  readonly span: Span;
  readonly context: Context;
  /** `starting` until its container runs, then `running` until its end is known. */
  phase: Span | undefined;
  hasRun: boolean;
}

const names: Readonly<Record<WorkerEffect, string>> = {
  'create-pod': 'create',
  'record-outcome': 'recording',
  'drain-logs': 'draining',
  'delete-pod': 'deleting',
};

export class WorkerSpans {
  readonly #tracer: Tracer;
  readonly #commandOf: (ledgerName: string) => Span | undefined;
  /** By Pod name; as many as there are workers. */
  readonly #lives = new Map<string, Life>();

  constructor(tracer: Tracer, commandOf: (ledgerName: string) => Span | undefined) {
    this.#tracer = tracer;
    this.#commandOf = commandOf;
  }

  traceIdOf(podName: string): string | undefined {
    return this.#lives.get(podName)?.span.spanContext().traceId;
  }

  began(name: WorkerEffect, worker: WorkerTarget): (end: EffectEnd) => void {
    const life = name === 'create-pod' ? this.#lifeOf(worker) : this.#lives.get(worker.slot.podName);
    if (!life) return () => {};
    const span = this.#tracer.startSpan(names[name], {}, life.context);
    return (end) => {
      if (end.kind === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  }

  saw({ slot, pod, hasBegun }: SeenWorker): void {
    const life = this.#lives.get(slot.podName);
    if (!life || !pod) return;
    life.span.setAttribute('k8s.pod.uid', pod.uid);
    if (pod.nodeName !== '') life.span.setAttribute('k8s.node.name', pod.nodeName);
    if (!hasBegun && !life.hasRun) life.phase ??= this.#tracer.startSpan('starting', {}, life.context);
    if (!hasBegun || life.hasRun) return;
    life.hasRun = true;
    (life.phase ?? this.#tracer.startSpan('starting', {}, life.context)).end();
    life.phase = this.#tracer.startSpan('running', {}, life.context);
  }

  /** By the failure's name only: its evidence may hold what the worker was given. */
  ending(worker: SeenWorker, outcome: Outcome): void {
    this.saw(worker);
    const life = this.#lives.get(worker.slot.podName);
    if (!life) return;
    life.phase?.end();
    life.phase = undefined;
    life.hasRun = true;
    life.span.setAttribute('otto.outcome', outcome.kind === 'failed' ? outcome.failure.name : 'succeeded');
    if (outcome.kind === 'failed')
      life.span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.failure.name });
  }

  gone({ slot }: SeenWorker): void {
    this.#end(slot.podName);
  }

  close(): void {
    for (const podName of this.#lives.keys()) this.#end(podName);
  }

  #lifeOf({ order, slot }: WorkerTarget): Life | undefined {
    const known = this.#lives.get(slot.podName);
    const command = this.#commandOf(order.ledger.name);
    if (known || !command) return known;
    const attributes = {
      'k8s.pod.name': slot.podName,
      'otto.attempt': slot.attempt,
      ...(order.stage ? { 'otto.stage_id': order.stage.stageId } : {}),
    };
    const span = this.#tracer.startSpan('worker', { attributes }, trace.setSpan(ROOT_CONTEXT, command));
    const life = { span, context: trace.setSpan(ROOT_CONTEXT, span), phase: undefined, hasRun: false };
    this.#lives.set(slot.podName, life);
    return life;
  }

  #end(podName: string): void {
    const life = this.#lives.get(podName);
    if (!life) return;
    life.phase?.end();
    life.span.end();
    this.#lives.delete(podName);
  }
}
