/** What is to be hidden of each environment, compiled once: all workers of an order share it. */
import { compileRedaction, type Redact } from './secret-values.ts';

type Environment = ReadonlyArray<readonly [name: string, value: string]>;

export class Redactions {
  readonly #secretNames: ReadonlySet<string>;
  readonly #byEnvironment = new WeakMap<Environment, { readonly redact: Redact | undefined }>();

  /** @param secretNames variables whose values are secrets beside those that are called so */
  constructor(secretNames: readonly string[]) {
    this.#secretNames = new Set(secretNames);
  }

  /** @returns undefined where nothing is to be hidden */
  of(environment: Environment): Redact | undefined {
    let found = this.#byEnvironment.get(environment);
    if (!found) {
      found = { redact: compileRedaction(environment, this.#secretNames) };
      this.#byEnvironment.set(environment, found);
    }
    return found.redact;
  }

  /** True where a variable of this name holds a secret. */
  hides(name: string): boolean {
    return compileRedaction([[name, 'a value']], this.#secretNames) !== undefined;
  }
}
