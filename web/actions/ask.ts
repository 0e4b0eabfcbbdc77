/** The buttons' requests, and what became of them. */
import { signal } from '@preact/signals';
import type { Actions } from '../../src/inspector/protocol.ts';
import { words } from '../i18n/words.ts';
import { authorization } from '../live/credential.ts';

export interface Toast {
  readonly n: number;
  readonly text: string;
  readonly isError: boolean;
}

const toastMs = 8_000;
const toastsMax = 4;

export const toasts = signal<readonly Toast[]>([]);
let count = 0;

export function toast(text: string, isError = false): void {
  const n = ++count;
  toasts.value = [...toasts.value, { n, text, isError }].slice(-toastsMax);
  setTimeout(() => dismiss(n), toastMs);
}

export function dismiss(n: number): void {
  toasts.value = toasts.value.filter((one) => one.n !== n);
}

/** The answer comes as a toast, whatever it is. */
export async function ask<Name extends keyof Actions>(name: Name, what: Actions[Name]): Promise<void> {
  try {
    const response = await fetch(`api/actions/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-ottoscaler': 'inspector', ...authorization() },
      body: JSON.stringify(what),
    });
    const answer: { readonly message?: string } = await response.json();
    toast(answer.message ?? response.statusText, !response.ok);
  } catch {
    toast(words.value.action.failed, true);
  }
}
