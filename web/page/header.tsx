/** What is shown, whether it is live, and how it is to look. */
import { useEffect, useState } from 'preact/hooks';
import { legible } from '../drawing/legible.ts';
import { language, speak, words } from '../i18n/words.ts';
import { connection, tapeName } from '../live/session.ts';
import { hello, tape } from '../live/told.ts';
import { nextTheme, theme } from '../theme/theme.ts';
import { signOut } from './sign-in.tsx';

const secondMs = 1_000;

interface HeaderProps {
  readonly showHelp: () => void;
  readonly showTapes: () => void;
}

export function Header({ showHelp, showTapes }: HeaderProps) {
  const { page, signIn, tape: tapeWords } = words.value;
  const isIn = connection.state.value.kind !== 'signed-out';
  const told = isIn ? hello.value : undefined;
  const isKorean = language.value === 'ko';
  return (
    <header class="page-header">
      <a class="brand" href={tapeName === '' ? '#' : './'}>
        <img src="./favicon.svg" alt="" width="22" height="22" />
        <span>Ottoscaler</span>
      </a>
      {told && (
        <span class="where">
          {told.namespace !== '' && (
            <span class="namespace">
              {page.namespace} <b>{legible(told.namespace)}</b>
            </span>
          )}
          <span class="version">{legible(told.version)}</span>
        </span>
      )}
      {isIn && <ConnectionBadge />}
      {told?.session.role === 'viewer' && (
        <span class="badge" title={page.viewerHint}>
          {page.viewer}
        </span>
      )}
      <span class="spring" />
      {isIn && (
        <button type="button" class="quiet tapes-button" onClick={showTapes}>
          {tapeWords.list}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        lang={isKorean ? 'en' : 'ko'}
        onClick={() => speak(isKorean ? 'en' : 'ko')}
      >
        {isKorean ? 'English' : '한국어'}
      </button>
      <button
        type="button"
        class="quiet theme-button"
        title={page.theme[theme.value]}
        aria-label={page.theme[theme.value]}
        onClick={nextTheme}
      >
        <span aria-hidden="true">{{ system: '◐', light: '☀', dark: '☾' }[theme.value]}</span>
      </button>
      <button type="button" class="quiet" aria-label={page.help} title={page.help} onClick={showHelp}>
        ?
      </button>
      {told && told.session.name !== '' && (
        <button type="button" class="quiet" title={signIn.as(legible(told.session.name))} onClick={signOut}>
          {signIn.leave}
        </button>
      )}
    </header>
  );
}

function ConnectionBadge() {
  const state = connection.state.value;
  const { connection: said } = words.value;
  if (state.kind === 'open') {
    const isTape = tape.value !== undefined;
    return (
      <span class={isTape ? 'badge connection is-tape' : 'badge connection is-open'} role="status">
        {isTape ? said.recording : said.open}
      </span>
    );
  }
  if (state.kind === 'connecting') {
    return (
      <span class="badge connection" role="status">
        {said.connecting}
      </span>
    );
  }
  if (state.kind === 'signed-out') return null;
  return (
    <span class="badge connection is-broken" title={said.stale}>
      <span role="status">
        <SecondsUntil untilMs={state.untilMs} />
      </span>
      <button type="button" onClick={() => connection.retryNow()}>
        {said.retry}
      </button>
    </span>
  );
}

/** By this machine's clock, which the wait goes by. */
function SecondsUntil({ untilMs }: { untilMs: number }) {
  const left = () => Math.max(0, Math.ceil((untilMs - Date.now()) / secondMs));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), secondMs / 4);
    return () => clearInterval(timer);
  }, [untilMs]);
  return <>{words.value.connection.waiting(seconds)}</>;
}
