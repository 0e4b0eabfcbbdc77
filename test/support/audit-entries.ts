/** What the API server itself says was written, one entry of its audit log a request; AUDIT_LOG names the file. */
import { open } from 'node:fs/promises';

export interface AuditEntry {
  readonly verb: string;
  readonly userAgent: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
  readonly objectRef: { readonly resource: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus: { readonly code: number };
}

/** Undefined where nobody says which writes there were. */
export const auditPath: string | undefined = process.env['AUDIT_LOG'] || undefined;

/** Where the log ends now: what is written from here on can be told from what was there. */
export async function auditEnd(): Promise<number> {
  if (auditPath === undefined) return 0;
  await using handle = await open(auditPath);
  return (await handle.stat()).size;
}

/**
 * Everything that Ottoscaler wrote in the namespace or was refused, told by its own user agent, since a kubelet
 * also sends DELETEs. Empty without an audit log.
 */
export async function auditEntries(namespace: string, fromByte: number): Promise<readonly AuditEntry[]> {
  if (auditPath === undefined) return [];
  const lines = (await readFrom(auditPath, fromByte)).split('\n');
  // The last line may not be whole yet; another namespace's need not be parsed.
  return lines
    .slice(0, -1)
    .filter((line) => line.includes(`"namespace":"${namespace}"`))
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(({ userAgent, objectRef }) => {
      return userAgent.startsWith('ottoscaler/') && objectRef.namespace === namespace;
    });
}

export function appliedTo(
  entries: readonly AuditEntry[],
  verb: 'create' | 'update' | 'delete',
  resource: 'pods' | 'configmaps',
): readonly AuditEntry[] {
  return entries.filter(
    (entry) =>
      entry.verb === verb && entry.objectRef.resource === resource && entry.responseStatus.code < 300,
  );
}

async function readFrom(file: string, fromByte: number): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.max(0, size - fromByte));
  await handle.read(bytes, 0, bytes.length, fromByte);
  return bytes.toString('utf8');
}
