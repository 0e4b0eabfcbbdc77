/** The recordings that the server keeps, newest first. */
import { useEffect, useState } from 'preact/hooks';
import type { Tapes } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { bytesText } from '../i18n/duration.ts';
import { language, words } from '../i18n/words.ts';
import { authorization } from '../live/credential.ts';
import { Dialog } from '../page/dialog.tsx';

type Listing = Tapes['tapes'] | { readonly problem: string } | undefined;

export function TapeList({ close }: { close: () => void }) {
  const [listing, setListing] = useState<Listing>();
  const said = words.value.tape;
  useEffect(() => {
    void list().then(setListing);
  }, []);
  return (
    <Dialog title={said.list} close={close}>
      {listing === undefined ? (
        <p>…</p>
      ) : 'problem' in listing ? (
        <p class="warning">
          {said.failed} {legible(listing.problem)}
        </p>
      ) : listing.length === 0 ? (
        <p>{said.none}</p>
      ) : (
        <ul class="tapes">
          {listing.map(({ name, bytes, changedMs }) => (
            <li key={name}>
              <a href={`?tape=${encodeURIComponent(name)}`}>{legible(name)}</a>
              <span>{bytesText(bytes)}</span>
              <time>{new Date(changedMs).toLocaleString(language.value)}</time>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

async function list(): Promise<Listing> {
  try {
    const response = await fetch('api/tapes', { headers: authorization() });
    if (!response.ok) return { problem: `${response.status} ${response.statusText}` };
    const { tapes }: Tapes = await response.json();
    return tapes.toSorted((a, b) => b.changedMs - a.changedMs);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
