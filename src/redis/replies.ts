/** Redis' raw replies (RESP 2), read without trust in their shape: what does not fit is left out. */
import type { Entry } from './event-stream.ts';

export function listOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

export function textOf(reply: unknown): string {
  return Buffer.isBuffer(reply) ? reply.toString() : typeof reply === 'string' ? reply : '';
}

/** Of XREADGROUP on one stream; nothing where it waited in vain. */
export function entriesRead(reply: unknown): readonly Entry[] {
  return entriesOf(listOf(listOf(reply)[0])[1]);
}

/** Of XCLAIM and XAUTOCLAIM; older servers leave null where an entry was trimmed. */
export function entriesOf(reply: unknown): readonly Entry[] {
  return listOf(reply).flatMap((one) => {
    const [id, fields] = listOf(one);
    return Buffer.isBuffer(id) ? [{ id: id.toString(), fields: pairsOf(fields) }] : [];
  });
}

/** Of XPENDING with a range: how often each was delivered, by id. */
export function deliveriesOf(reply: unknown): ReadonlyMap<string, number> {
  return new Map(
    listOf(reply).map((one) => {
      const [id, , , deliveries] = listOf(one);
      return [textOf(id), Number(deliveries)];
    }),
  );
}

/** Of a flat list of names and values. */
export function fieldsOf(reply: unknown): ReadonlyMap<string, unknown> {
  const flat = listOf(reply);
  return new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[textOf(name), flat[at + 1]] as const] : [])));
}

function pairsOf(reply: unknown): Entry['fields'] {
  const flat = listOf(reply);
  return flat.flatMap((name, at) => {
    const value = flat[at + 1];
    return at % 2 === 0 && Buffer.isBuffer(name) && Buffer.isBuffer(value) ? [[name, value] as const] : [];
  });
}
