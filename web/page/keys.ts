/** Keys that work wherever the focus is, except where somebody writes. */
import { say, tabsShown } from '../live/session.ts';
import { tape } from '../live/told.ts';
import { showTab } from './place.ts';

interface KeyDeeds {
  readonly showHelp: () => void;
}

export function listenToKeys({ showHelp }: KeyDeeds): () => void {
  const heard = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.key === '/') dispatchEvent(new Event('otto:filter'));
    else if (event.key === '?') showHelp();
    else if (/^[1-5]$/.test(event.key)) showTabAt(Number(event.key) - 1);
    else if (tape.value && (event.key === ',' || event.key === '.'))
      say({ type: 'step', by: event.key === '.' ? 1 : -1 });
    else return;
    event.preventDefault();
  };
  addEventListener('keydown', heard);
  return () => removeEventListener('keydown', heard);
}

function showTabAt(index: number): void {
  const tab = tabsShown.value[index];
  if (tab !== undefined) showTab(tab);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLSelectElement ||
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'radio'))
  );
}
