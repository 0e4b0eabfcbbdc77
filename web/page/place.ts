/** Which actor and which of its tabs are shown: kept in the address, so that it can be sent and gone back to. */
import { signal } from '@preact/signals';
import { readPlace, writePlace, type Place, type Tab } from './address.ts';

export const place = signal<Place>({ id: '', tab: undefined });

export function followAddress(): void {
  addEventListener('hashchange', readAddress);
  readAddress();
}

function readAddress(): void {
  place.value = readPlace(location.hash);
}

export function choose(id: string, tab?: Tab): void {
  if (id === place.value.id && tab === place.value.tab) return;
  location.hash = writePlace({ id, tab });
}

/** Another tab of the same actor is not a step that one goes back to. */
export function showTab(tab: Tab): void {
  history.replaceState(null, '', writePlace({ id: place.value.id, tab }));
  place.value = { id: place.value.id, tab };
}
