/**
 * What the API server itself says Ottoscaler wrote: the audit log, whose path is in AUDIT_LOG.
 *
 * Only entries of Ottoscaler's own user agent count, since a kubelet also sends DELETEs.
 */
import { open } from 'node:fs/promises';
import { expect } from 'vitest';
import { until } from './until.ts';

interface AuditEntry {
  readonly verb: string;
  readonly userAgent: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
  readonly objectRef: { readonly resource: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus: { readonly code: number };
}

const path = process.env['AUDIT_LOG'];
if (!path)
  console.warn('AUDIT_LOG is not set: that creates and deletes were sent exactly once is NOT checked');

/** From now on; entries of other namespaces and programs are left out. */
export async function auditOf(namespace: string): Promise<AuditLog> {
  return new AuditLog(namespace, path ? await sizeOf(path) : 0);
}

class AuditLog {
  readonly #namespace: string;
  readonly #fromByte: number;

  constructor(namespace: string, fromByte: number) {
    this.#namespace = namespace;
    this.#fromByte = fromByte;
  }

  /** Everything that Ottoscaler wrote or was refused. Empty without an audit log. */
  async #entries(): Promise<readonly AuditEntry[]> {
    if (!path) return [];
    const lines = (await readFrom(path, this.#fromByte)).split('\n');
    // The last line may not be whole yet; another namespace's need not be parsed.
    return lines
      .slice(0, -1)
      .filter((line) => line.includes(`"namespace":"${this.#namespace}"`))
      .map((line) => JSON.parse(line) as AuditEntry)
      .filter(({ userAgent, objectRef }) => {
        return userAgent.startsWith('ottoscaler/') && objectRef.namespace === this.#namespace;
      });
  }

  /** Exactly one applied create and one applied delete for each of these Pods, and no other. */
  async expectEachCreatedAndDeletedOnce(podNames: readonly string[]): Promise<void> {
    if (!path) return;
    const wanted = podNames.toSorted();
    // The log is written just after the answer was sent.
    await until(
      'the audit log of the last writes',
      async () => (await this.#applied('delete', 'pods')).length >= wanted.length,
      { timeoutMs: 5_000 },
    ).catch(() => {});
    expect(namesOf(await this.#applied('create', 'pods'))).toEqual(wanted);
    expect(namesOf(await this.#applied('delete', 'pods'))).toEqual(wanted);
  }

  /** Whoever created them, Ottoscaler has deleted exactly these. */
  async expectDeleted(podNames: readonly string[]): Promise<void> {
    if (path) expect(namesOf(await this.#applied('delete', 'pods'))).toEqual(podNames.toSorted());
  }

  /** Every write was this user's, and none was refused for lack of a right. */
  async expectAllowed(username: string): Promise<void> {
    if (!path) return;
    const entries = await this.#entries();
    expect(entries.filter(({ responseStatus }) => responseStatus.code === 403)).toEqual([]);
    expect([...new Set(entries.map(({ user }) => user.username))]).toEqual([username]);
  }

  async expectNoPodCreated(): Promise<void> {
    expect(await this.#applied('create', 'pods')).toEqual([]);
  }

  async #applied(verb: 'create' | 'delete', resource: 'pods' | 'configmaps'): Promise<readonly AuditEntry[]> {
    return (await this.#entries()).filter(
      (entry) =>
        entry.verb === verb && entry.objectRef.resource === resource && entry.responseStatus.code < 300,
    );
  }
}

function namesOf(entries: readonly AuditEntry[]): readonly string[] {
  return entries.map((entry) => entry.objectRef.name ?? '').toSorted();
}

async function sizeOf(file: string): Promise<number> {
  await using handle = await open(file);
  return (await handle.stat()).size;
}

async function readFrom(file: string, fromByte: number): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.max(0, size - fromByte));
  await handle.read(bytes, 0, bytes.length, fromByte);
  return bytes.toString('utf8');
}
