/**
 * Ends the containers when this process is killed and cannot do it itself.
 *
 * A small shell in a session of its own reads from a pipe which process groups live. When the pipe closes, for
 * whatever reason, it sends SIGTERM to those that are left and SIGKILL two seconds later. Nothing but the closing
 * of the pipe is trusted: it happens also on SIGKILL.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const script = `
trap '' TERM INT HUP PIPE
groups=' '
while read -r change group; do
  case $change in
    add) groups="$groups$group " ;;
    drop)
      rest=' '
      for known in $groups; do [ "$known" = "$group" ] || rest="$rest$known "; done
      groups=$rest
      ;;
  esac
done
for group in $groups; do kill -TERM -$group; done
for pause in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=
  for group in $groups; do kill -0 -$group && alive=yes; done
  [ -n "$alive" ] || exit 0
  sleep 0.1
done
for group in $groups; do kill -KILL -$group; done
`;

export class Watchdog {
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;

  /** To be called right after the group's leader was started. */
  add(group: number): void {
    this.#groups.add(group);
    if (this.#shell === undefined) this.#start();
    else this.#tell('add', group);
  }

  drop(group: number): void {
    if (this.#groups.delete(group)) this.#tell('drop', group);
  }

  /** Ends the shell; groups that are still known are ended by it. */
  async close(): Promise<void> {
    const shell = this.#shell;
    if (shell === undefined) return;
    this.#shell = undefined;
    shell.removeAllListeners('exit');
    const exited = once(shell, 'exit');
    shell.stdin?.end();
    await exited;
  }

  #start(): void {
    const shell = spawn('/bin/sh', ['-c', script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
    });
    this.#shell = shell;
    shell.on('error', () => undefined);
    shell.stdin.on('error', () => undefined);
    // Somebody killed it: the containers must not be without one.
    shell.on('exit', () => {
      this.#shell = undefined;
      if (this.#groups.size > 0) this.#start();
    });
    for (const group of this.#groups) this.#tell('add', group);
  }

  #tell(change: 'add' | 'drop', group: number): void {
    this.#shell?.stdin?.write(`${change} ${group}\n`);
  }
}
