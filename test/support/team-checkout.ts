/**
 * A checkout with what make's team targets need, in a folder of its own, and stand-ins for docker, kind and kubectl
 * that write down how they were called. Nothing else of the machine is on the PATH but the shell's everyday tools.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const everyday = 'awk basename bash cat dirname env find grep make mkdir printf rm sed sh sort tail tr'.split(
  ' ',
);

/** One call a line, arguments apart by the unit separator, which no argument holds. */
const recorded = (answers: string) => `#!/bin/sh
{ printf '%s' "\${0##*/}"; for argument; do printf '\\037%s' "$argument"; done; echo; } >>"$CALLS"
${answers}
`;

/** What a stand-in answers beside writing its call down: shell, whose arguments are the call's. */
export type StandIns = Readonly<Record<string, string>>;

/** As new machines are: no cluster, no image, no container; whatever is made, is there afterwards. */
export const freshMachine: StandIns = {
  kind: `case "$1 $2" in
    'get clusters') cat "$CALLS.clusters" 2>/dev/null;;
    'create cluster') echo "$4" >>"$CALLS.clusters";;
  esac`,
  docker: `case "$1 $2" in
    'build '*) : >"$CALLS.image";;
    'image inspect') test -e "$CALLS.image";;
    'run '*) : >"$CALLS.container.$4";;
    'container inspect') test -e "$CALLS.container.$3";;
  esac`,
  kubectl: `case "$*" in
    'version '*) echo '{"kustomizeVersion": "v5.5.0"}';;
    *'apply -k'*) : >"$CALLS.deployed";;
    *'get deployment'*) if test -e "$CALLS.deployed"; then echo deployment.apps/ottoscaler; fi;;
  esac`,
  'redis-cli': 'echo "password: $REDISCLI_AUTH"',
};

export interface MakeRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class TeamCheckout {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ottoscaler-team-'));
  readonly #bin = path.join(this.folder, '.bin');
  readonly #calls = path.join(this.folder, '.calls');

  constructor(standIns: StandIns = freshMachine) {
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
    for (const file of ['Makefile', 'make', 'scripts/team', '.env.example', 'k8s'])
      cpSync(path.join(root, file), path.join(this.folder, file), { recursive: true });
    mkdirSync(this.#bin);
    for (const tool of everyday)
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(this.#bin, tool));
    for (const [tool, answers] of Object.entries(standIns)) this.standIn(tool, answers);
  }

  standIn(tool: string, answers: string): void {
    const file = path.join(this.#bin, tool);
    writeFileSync(file, recorded(answers));
    chmodSync(file, 0o755);
  }

  /** The machine's own, whose calls are written down all the same. */
  real(tool: string): void {
    this.standIn(tool, `exec ${execFileSync('which', [tool], { encoding: 'utf8' }).trim()} "$@"`);
  }

  /** In the C locale, where Hangul is bytes, and with a login name that is not to be taken for a developer's. */
  make(args: readonly string[], env: NodeJS.Dict<string> = {}): Promise<MakeRun> {
    const { promise, resolve } = Promise.withResolvers<MakeRun>();
    execFile(
      'make',
      ['--no-print-directory', ...args],
      {
        cwd: this.folder,
        env: { PATH: this.#bin, HOME: '/home/dev', LANG: 'C', USER: 'hanjinwoo', CALLS: this.#calls, ...env },
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    return promise;
  }

  /** The calls of stand-ins so far, as words; forgotten with that. */
  calls(): readonly string[] {
    if (!existsSync(this.#calls)) return [];
    const lines = readFileSync(this.#calls, 'utf8').trimEnd().split('\n');
    rmSync(this.#calls);
    return lines.map((line) => line.split('\x1f').map(asWord).join(' '));
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  write(file: string, content: string): void {
    const written = path.join(this.folder, file);
    mkdirSync(path.dirname(written), { recursive: true });
    writeFileSync(written, content);
  }

  has(file: string): boolean {
    return existsSync(path.join(this.folder, file));
  }
}

const asWord = (argument: string) =>
  /^[A-Za-z0-9_./:=@,%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

/** The commands that a dry run shows, without the files' contents. */
export function commandsOf(stdout: string): readonly string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'));
}
