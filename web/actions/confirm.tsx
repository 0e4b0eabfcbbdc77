/** The step between a button and what it does. */
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Actions } from '../../src/inspector/protocol.ts';
import { legible } from '../drawing/legible.ts';
import { words } from '../i18n/words.ts';
import { Dialog } from '../page/dialog.tsx';
import { ask } from './ask.ts';

type Mode = Actions['cancel-pipeline']['mode'];
const modes: readonly Mode[] = ['now', 'finish-running', 'run-finally'];

interface Closing {
  readonly close: () => void;
}

export function CancelDialog({ pipelineId, close }: Closing & { readonly pipelineId: string }) {
  const [mode, setMode] = useState<Mode>('now');
  const { action } = words.value;
  return (
    <Confirm
      title={action.cancelTitle(legible(pipelineId))}
      close={close}
      isDanger
      act={() => ask('cancel-pipeline', { pipelineId, mode })}
    >
      <fieldset>
        {modes.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="mode"
              value={one}
              checked={mode === one}
              onChange={() => setMode(one)}
            />
            <span>{action.modes[one]}</span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  );
}

export function RetryDialog({ pipelineId, close }: Closing & { readonly pipelineId: string }) {
  const { action } = words.value;
  return (
    <Confirm
      title={action.retryTitle(legible(pipelineId))}
      close={close}
      act={() => ask('retry-pipeline', { pipelineId })}
    >
      <p>{action.retryText}</p>
    </Confirm>
  );
}

interface ScaleDownProps extends Closing {
  readonly taskId: string;
  /** Live now. */
  readonly workers: number;
}

export function ScaleDownDialog({ taskId, workers, close }: ScaleDownProps) {
  const [remain, setRemain] = useState(Math.max(0, workers - 1));
  const { action } = words.value;
  return (
    <Confirm
      title={action.scaleDownTitle(legible(taskId))}
      close={close}
      isDanger
      act={() => ask('scale-down', { taskId, workerCount: remain })}
    >
      <label class="number">
        <span>{action.remain}</span>
        <input
          type="number"
          min={0}
          max={workers}
          value={remain}
          onInput={({ currentTarget }) =>
            setRemain(Math.max(0, Math.trunc(currentTarget.valueAsNumber) || 0))
          }
        />
      </label>
    </Confirm>
  );
}

interface ConfirmProps extends Closing {
  readonly title: string;
  readonly act: () => Promise<void>;
  readonly isDanger?: boolean;
  readonly children: ComponentChildren;
}

function Confirm({ title, act, close, isDanger = false, children }: ConfirmProps) {
  const { action } = words.value;
  return (
    <Dialog title={title} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close();
          void act();
        }}
      >
        {children}
        <footer>
          <button type="button" onClick={close}>
            {action.dismiss}
          </button>
          <button type="submit" class={isDanger ? 'danger is-main' : 'is-main'}>
            {action.confirm}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
