/** Answers of the server, for a while, in a corner; read aloud as they come. */
import { legible } from '../drawing/legible.ts';
import { meant, words } from '../i18n/words.ts';
import { dismiss, toasts } from './ask.ts';

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ n, text, isError }) => (
        <div key={n} class={isError ? 'toast is-error' : 'toast'}>
          <span>{legible(meant(text))}</span>
          <button type="button" aria-label={words.value.page.close} onClick={() => dismiss(n)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
