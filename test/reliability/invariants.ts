/** What holds after every step, or once nothing has anything left to do, by number. */
export const invariants = {
  I1: 'Pods ever created = attempts intended',
  I2: 'at most one live attempt a slot',
  I3: 'at rest no Pod is without a ledger',
  I4: 'no foreign object is touched',
  I5: 'terminal states never change',
  I6: 'no stage begins before its dependencies',
  I7: 'what was accepted ends, and sent again it is answered the same',
  I8: 'retries stay within their policy',
  I9: 'lines received once or marked as gaps = lines produced, in order per stream',
  I10: 'XACK only after the ledger or the dead letter',
  I11: 'queues and spools stay within their bounds',
  I12: 'progress has no gap and one end',
  I13: 'no planted secret appears in any output',
  I14: 'live workers stay within their limits',
} as const;
