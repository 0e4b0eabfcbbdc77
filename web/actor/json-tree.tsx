/** JSON that opens and folds; long lists come in portions. What it holds is shown as text. */
import { useState } from 'preact/hooks';
import { legible } from '../drawing/legible.ts';
import { words } from '../i18n/words.ts';

const portion = 100;
/** Levels that are open at first. */
const openLevels = 2;

interface JsonTreeProps {
  readonly value: unknown;
}

export function JsonTree({ value }: JsonTreeProps) {
  return (
    <div class="json">
      <JsonValue name={undefined} value={value} level={0} />
    </div>
  );
}

interface JsonValueProps extends JsonTreeProps {
  readonly name: string | undefined;
  readonly level: number;
}

function JsonValue({ name, value, level }: JsonValueProps) {
  const [isOpen, setOpen] = useState(level < openLevels);
  const [shown, setShown] = useState(portion);
  const label = name === undefined ? null : <span class="json-name">{legible(name)}</span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div class="json-line">
        {label} <Scalar value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const [start, end] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div class="json-line">
        {label}{' '}
        <span class="json-mark">
          {start}
          {end}
        </span>
      </div>
    );
  }
  return (
    <div class="json-node">
      <button
        type="button"
        class={isOpen ? 'json-line caret is-open' : 'json-line caret'}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}{' '}
        <span class="json-mark">
          {start}
          {!isOpen && `… ${entries.length} …${end}`}
        </span>
      </button>
      {isOpen && (
        <div class="json-children">
          {entries.slice(0, shown).map(([key, child]) => (
            <JsonValue key={key} name={key} value={child} level={level + 1} />
          ))}
          {entries.length > shown && (
            <button type="button" class="link" onClick={() => setShown(shown + portion)}>
              {words.value.context.more(entries.length - shown)}
            </button>
          )}
        </div>
      )}
      {isOpen && <span class="json-mark">{end}</span>}
    </div>
  );
}

function Scalar({ value }: JsonTreeProps) {
  if (typeof value === 'string') return <span class="json-string">{JSON.stringify(legible(value))}</span>;
  return <span class={value === null ? 'json-null' : 'json-number'}>{String(value)}</span>;
}
