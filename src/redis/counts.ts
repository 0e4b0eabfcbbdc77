/** What a consumer has done and found, for whoever shows metrics. Counted from the start of the process. */
export class EventCounts {
  /** Events whose command the ledger has because of this process. */
  accepted = 0;
  /** Events whose command the ledger had. */
  replayed = 0;
  deadLettered = 0;
  /** Tries that did not come to an end. */
  retried = 0;
  /** Taken over from a consumer that did not touch them any more. */
  claimed = 0;
  /** Taken up again after a reply or a process was lost. */
  recalled = 0;
  /** Pending entries that someone had trimmed from the stream: they never took effect, or nobody knows. */
  trimmed = 0;
  /** Connections to Redis that came about. */
  connections = 0;
  /** Groups that were made anew because they were gone. */
  groupsHealed = 0;
  /** Events that are worked on now. */
  inHand = 0;
  isConnected = false;
  /** Of all consumers together, as of the last look; undefined where that is not known. */
  lag: number | undefined;
  pending: number | undefined;
}
