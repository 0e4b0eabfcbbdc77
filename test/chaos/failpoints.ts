/** Moments of a write at which a process can be killed exactly: what is written, and what has become of it. */
import type { ApiProxy, Interception, Write } from '../support/api-proxy.ts';
import type { Victim } from './victim.ts';

const instants = ['before it is applied', 'applied but unanswered', 'once it is answered'] as const;

type Matches = (write: Write) => boolean;

const writes: Readonly<Record<string, Matches>> = {
  'a ledger is made': ({ method, resource }) => method === 'POST' && resource === 'configmaps',
  'a Pod is created': ({ method, resource }) => method === 'POST' && resource === 'pods',
  'a ledger is written': ({ method, resource }) => method === 'PUT' && resource === 'configmaps',
  'a ledger is closed': (write) => write.method === 'PUT' && isTombstone(write),
  'a Pod is deleted': ({ method, resource }) => method === 'DELETE' && resource === 'pods',
};

export interface Failpoint {
  readonly write: string;
  readonly instant: (typeof instants)[number];
  /** At the n-th such write from now. */
  readonly nth: number;
}

export const failpoints: ReadonlyArray<Omit<Failpoint, 'nth'>> = Object.keys(writes).flatMap((write) =>
  instants.map((instant) => ({ write, instant })),
);

export const nameOf = ({ write, instant }: Omit<Failpoint, 'nth'>) => `${write}: ${instant}`;

/** Stands in the proxy and kills at the moment that is armed; what the dying process still sends is lost. */
export class Trap {
  readonly #victim: Victim;
  #armed: (Failpoint & { readonly struck: () => void }) | undefined;
  #left = 0;
  #dying = false;

  constructor(proxy: ApiProxy, victim: Victim) {
    this.#victim = victim;
    proxy.interception = {
      before: (write) => this.#look(write, 'before it is applied'),
      after: async (write) => {
        if ((await this.#look(write, 'applied but unanswered')) === 'drop') return 'drop';
        return await this.#look(write, 'once it is answered');
      },
    } satisfies Interception;
  }

  /** Resolves when the process is dead. */
  async arm(failpoint: Failpoint): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#left = failpoint.nth;
    this.#armed = { ...failpoint, struck: resolve };
    await promise;
  }

  /** @returns false where it has struck, or strikes now. */
  disarm(): boolean {
    if (!this.#armed) return false;
    this.#armed = undefined;
    return true;
  }

  async #look(write: Write, instant: Failpoint['instant']): Promise<'drop' | 'forward'> {
    if (this.#dying) return 'drop';
    const armed = this.#armed;
    if (!armed || armed.instant !== instant || !writes[armed.write]?.(write)) return 'forward';
    this.#left -= 1;
    if (this.#left > 0) return 'forward';
    this.#armed = undefined;
    if (instant === 'once it is answered') {
      setImmediate(() => void this.#kill(armed.struck));
      return 'forward';
    }
    await this.#kill(armed.struck);
    return 'drop';
  }

  async #kill(struck: () => void): Promise<void> {
    const { life } = this.#victim;
    this.#dying = true;
    life.signal('SIGKILL');
    await life.exit;
    this.#dying = false;
    struck();
  }
}

function isTombstone({ resource, body }: Write): boolean {
  if (resource !== 'configmaps') return false;
  const { data } = JSON.parse(body) as { data?: { state?: string } };
  return /"closedAt":"\d/.test(data?.state ?? '');
}
