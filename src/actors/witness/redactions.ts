/** What is to be hidden of each order's environment, compiled once: its workers share it. */
import { compileRedaction, type Redact } from '../../logs/redact/secret-values.ts';
import type { WorkerOrder } from '../../machines/worker/order.ts';

export class Redactions {
  readonly #secretNames: ReadonlySet<string>;
  readonly #byOrder = new WeakMap<WorkerOrder, { readonly redact: Redact | undefined }>();

  /** @param secretNames variables whose values are secrets beside those that are called so */
  constructor(secretNames: readonly string[]) {
    this.#secretNames = new Set(secretNames);
  }

  /** @returns undefined where nothing is to be hidden */
  of(order: WorkerOrder): Redact | undefined {
    let found = this.#byOrder.get(order);
    if (!found) {
      found = { redact: compileRedaction(order.template.env, this.#secretNames) };
      this.#byOrder.set(order, found);
    }
    return found.redact;
  }
}
