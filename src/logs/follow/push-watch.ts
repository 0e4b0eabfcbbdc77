/** Whether otto-agent pushes the lines of a container, and has said how that ended: read off the container's own log. */
import { pushesMarker, readPushEnd } from '../push-marker.ts';

export type PushState = 'none' | 'open' | 'ended';

export class PushWatch {
  state: PushState = 'none';

  /** Its lines are not to be forwarded. */
  get isPushed(): boolean {
    return this.state !== 'none';
  }

  /** It may have left lines without saying so. */
  get isOpen(): boolean {
    return this.state === 'open';
  }

  /**
   * @param isFirst of the container's log; later ones begin a further run of the agent
   * @returns how many lines the agent left that nobody else tells of
   */
  see(text: string, isFirst: boolean): number {
    if (text === pushesMarker && (isFirst || this.isPushed)) this.state = 'open';
    const left = this.isPushed ? readPushEnd(text) : undefined;
    if (left !== undefined) this.state = 'ended';
    return left ?? 0;
  }
}
