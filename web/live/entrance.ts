/** Whether the server lets this page in: asked before each WebSocket, whose refusal a browser does not explain. */
import { authorization, hasToken } from './credential.ts';

export type Entrance =
  | { readonly kind: 'open' }
  /** `why` is the server's sentence; '' where nothing was shown yet. */
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'unreachable' };

export async function askEntrance(): Promise<Entrance> {
  try {
    const response = await fetch('api/session', { headers: authorization() });
    if (response.status === 401) return { kind: 'closed', why: hasToken() ? await response.text() : '' };
    return { kind: response.ok ? 'open' : 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}
