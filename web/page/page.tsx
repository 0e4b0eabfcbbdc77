/** The page: header, the tree on the left, the chosen actor on the right; one of both where it is narrow. */
import { useEffect, useState } from 'preact/hooks';
import { Toasts } from '../actions/toasts.tsx';
import { ActorPane } from '../actor/actor-pane.tsx';
import { language, words } from '../i18n/words.ts';
import { connection } from '../live/session.ts';
import { tape } from '../live/told.ts';
import { TapeBar } from '../tape/tape-bar.tsx';
import { TapeList } from '../tape/tape-list.tsx';
import { TreeView } from '../tree/tree-view.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { listenToKeys } from './keys.ts';
import { place } from './place.ts';
import { SignIn } from './sign-in.tsx';

type Open = 'help' | 'tapes' | undefined;

export function Page() {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const state = connection.state.value;
  useEffect(() => listenToKeys({ showHelp: () => setOpen('help') }), []);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  return (
    <div class={place.value.id === '' ? 'page' : 'page has-chosen'}>
      <a class="skip" href="#actor" onClick={skip}>
        {words.value.page.skip}
      </a>
      <Header showHelp={() => setOpen('help')} showTapes={() => setOpen('tapes')} />
      {state.kind === 'signed-out' ? (
        <SignIn why={state.why} />
      ) : (
        <>
          {tape.value && <TapeBar tape={tape.value} />}
          <div class="columns">
            <TreeView />
            <ActorPane />
          </div>
        </>
      )}
      <Toasts />
      {open === 'help' && <Help close={close} />}
      {open === 'tapes' && <TapeList close={close} />}
    </div>
  );
}

/** Without the address, which names the actor. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}
