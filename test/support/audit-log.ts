/**
 * What the API server itself says Ottoscaler wrote: the audit log, whose path is in AUDIT_LOG.
 *
 * Only entries of Ottoscaler's own user agent count, since a kubelet also sends DELETEs.
 */
import { expect } from 'vitest';
import { appliedTo, auditEnd, auditEntries, auditPath, type AuditEntry } from './audit-entries.ts';
import { until } from './until.ts';

if (!auditPath)
  console.warn('AUDIT_LOG is not set: that creates and deletes were sent exactly once is NOT checked');

/** From now on; entries of other namespaces and programs are left out. */
export async function auditOf(namespace: string): Promise<AuditLog> {
  return new AuditLog(namespace, await auditEnd());
}

class AuditLog {
  readonly #namespace: string;
  readonly #fromByte: number;

  constructor(namespace: string, fromByte: number) {
    this.#namespace = namespace;
    this.#fromByte = fromByte;
  }

  /**
   * Exactly one applied create and one applied delete for each of these Pods, and no other.
   *
   * A write whose caller was killed while it was under way is entered as 500 whether it was applied or not (of
   * 14 creates that were cut off so, 9 were). Where nothing else is entered for a Pod, such a one counts.
   */
  async expectEachCreatedAndDeletedOnce(podNames: readonly string[]): Promise<void> {
    if (!auditPath) return;
    const wanted = podNames.toSorted();
    // The log is written just after the answer was sent.
    await until(
      'the audit log of the last writes',
      async () => (await this.#applied('delete', 'pods')).length >= wanted.length,
      { timeoutMs: 5_000 },
    ).catch(() => {});
    for (const verb of ['create', 'delete'] as const) {
      const applied = namesOf(await this.#applied(verb, 'pods'));
      const cutOff = new Set(await this.#cutOff(verb));
      const unanswered = wanted.filter((name) => cutOff.has(name) && !applied.includes(name));
      expect([...applied, ...unanswered].toSorted(), verb).toEqual(wanted);
    }
  }

  /** Whoever created them, Ottoscaler has deleted exactly these. */
  async expectDeleted(podNames: readonly string[]): Promise<void> {
    if (auditPath) expect(namesOf(await this.#applied('delete', 'pods'))).toEqual(podNames.toSorted());
  }

  /** Every write was this user's, and none was refused for lack of a right. */
  async expectAllowed(username: string): Promise<void> {
    if (!auditPath) return;
    const entries = await auditEntries(this.#namespace, this.#fromByte);
    expect(entries.filter(({ responseStatus }) => responseStatus.code === 403)).toEqual([]);
    expect([...new Set(entries.map(({ user }) => user.username))]).toEqual([username]);
  }

  async expectNoPodCreated(): Promise<void> {
    expect(await this.#applied('create', 'pods')).toEqual([]);
  }

  async #cutOff(verb: 'create' | 'delete'): Promise<readonly string[]> {
    const entries = await auditEntries(this.#namespace, this.#fromByte);
    return namesOf(
      entries.filter(
        (entry) =>
          entry.verb === verb && entry.objectRef.resource === 'pods' && entry.responseStatus.code >= 500,
      ),
    );
  }

  async #applied(verb: 'create' | 'delete', resource: 'pods' | 'configmaps'): Promise<readonly AuditEntry[]> {
    return appliedTo(await auditEntries(this.#namespace, this.#fromByte), verb, resource);
  }
}

function namesOf(entries: readonly AuditEntry[]): readonly string[] {
  return entries.map((entry) => entry.objectRef.name ?? '').toSorted();
}
