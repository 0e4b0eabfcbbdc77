/** Keys and the filter's language. */
import { words } from '../i18n/words.ts';
import { Dialog } from './dialog.tsx';

export function Help({ close }: { close: () => void }) {
  const { help } = words.value;
  return (
    <Dialog title={help.title} close={close}>
      <dl class="keys">
        {help.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>{help.filter}</p>
    </Dialog>
  );
}
