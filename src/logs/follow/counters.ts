/** What followers have done so far, as plain numbers for whoever shows them. */
export interface FollowCounters {
  /** Lines that were handed on. */
  lines: number;
  /** Bytes that were read, also of lines that had been read before. */
  bytes: number;
  /** Gap records. */
  gaps: number;
  /** Readings after the first one of a container. */
  reconnects: number;
  /** Lines of containers that push theirs: read, and not handed on. */
  withheld: number;
}

export function noneYet(): FollowCounters {
  return { lines: 0, bytes: 0, gaps: 0, reconnects: 0, withheld: 0 };
}
