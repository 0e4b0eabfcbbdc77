/**
 * ELK, which places boxes and arrows: in a worker of its own, since it takes a tenth of a second where a chart is
 * large, and loaded when something is drawn first.
 */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';

let loading: Promise<ELK> | undefined;

async function load(): Promise<ELK> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  return new Elk({ workerFactory: () => new Worker(workerUrl) });
}

/** @returns the same graph with places; all of them from the upper left corner of the whole */
export async function layOut(graph: ElkNode): Promise<ElkNode> {
  loading ??= load();
  const elk = await loading;
  return await elk.layout(graph);
}
