/** What is shown instead of the pool where the server asks who looks. The token goes nowhere but to the server. */
import { useEffect, useRef } from 'preact/hooks';
import { legible } from '../drawing/legible.ts';
import { meant, words } from '../i18n/words.ts';
import { showToken } from '../live/credential.ts';
import { connection } from '../live/session.ts';

/** What a header may hold; a browser would send nothing else. */
const aToken = String.raw`\s*[!-~]+\s*`;

export function SignIn({ why }: { why: string }) {
  const field = useRef<HTMLInputElement>(null);
  const said = words.value.signIn;
  useEffect(() => field.current?.focus(), [why]);
  const enter = (event: Event) => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token === '') return;
    showToken(token);
    void connection.reopen();
  };
  return (
    <main class="sign-in">
      <form onSubmit={enter}>
        <h2>{said.title}</h2>
        {why !== '' && (
          <p class="warning" role="alert">
            {legible(meant(why.trim()))}
          </p>
        )}
        <label>
          <span>{said.token}</span>
          <input
            ref={field}
            type="password"
            name="token"
            autocomplete="off"
            spellcheck={false}
            required
            pattern={aToken}
            title={said.letters}
          />
        </label>
        <p class="about">{said.hint}</p>
        <button type="submit" class="is-main">
          {said.enter}
        </button>
      </form>
    </main>
  );
}

/** Forgets the token; what it let in is closed. */
export function signOut(): void {
  showToken('');
  void connection.reopen();
}
