/** Events of one namespace, which `kubectl describe` shows with the object that they are about. */
import type { EventApi } from '../port.ts';
import type { Transport } from './transport.ts';

export function createEventApi(transport: Transport, namespace: string): EventApi {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  return {
    async create({ about, type, reason, message, atMs }) {
      const at = new Date(atMs).toISOString().replace(/\.\d+/, '');
      const body = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { generateName: `${about.name}-` },
        involvedObject: { apiVersion: 'v1', namespace, ...about },
        type,
        reason,
        message,
        source: { component: 'ottoscaler' },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      };
      await transport.call({ method: 'POST', path, body, what: `create event of ${about.name}` });
    },
  };
}
