import { from, using, type Observable } from 'rxjs';

/** Unsubscribing ends the stream at once; `from` alone would let go of it only with its next message. */
export function observableOf<T>(open: (signal: AbortSignal) => AsyncIterable<T>): Observable<T> {
  const subscribed = () => {
    const aborting = new AbortController();
    return { open: () => open(aborting.signal), unsubscribe: () => aborting.abort() };
  };
  return using(subscribed, (stream) => from((stream as ReturnType<typeof subscribed>).open()));
}
