/** test-pipeline on a terminal: the tree, its colours, Ctrl-C as it is typed, and a window that is small. */
import { describe, expect, test } from 'vitest';
import { cliProgram, hasTerminals } from '../support/cli-program.ts';
import { ScriptedRun, serveRun } from '../support/scripted-pipeline.ts';
import { wireWorker } from '../unit/cli/workers.ts';
import { at, progress } from '../unit/cli/pipeline/progress.ts';

const { startOnTerminal } = cliProgram('test-pipeline');

const hide = '\u001b[?25l';
const show = '\u001b[?25h';
/** The text in this colour, then what follows it. */
const painted = (colour: number, text: string, after = '') =>
  new RegExp(`\u001b\\[${colour}m${RegExp.escape(text)}\u001b\\[39m${after}`);
const parallel = (address: string) => ['-type', 'parallel', '-id', 'p1', '-server', address];
const begun = [
  progress(1, '', 'running', { message: 'accepted' }),
  progress(2, 'setup', 'running', { started_at: at(2) }),
];
const completed = progress(9, '', 'completed');

describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('the tree is drawn over itself, in colour, with what workers write, and a summary takes its place', async () => {
    const script = new ScriptedRun();
    script.workers = [
      wireWorker('pod-1', 'running', {
        stage_id: 'setup',
        last_line: 'fetching \u001b]0;owned\u0007sources',
      }),
    ];
    const server = await serveRun(script);
    script.tell(...begun);
    const running = startOnTerminal(parallel(server.address));
    await running.said(painted(36, '●', ' setup .*fetching sources'));
    await running.said(/├─ .*○.* unit .*waits for setup/);
    script.tell(completed);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('\u001b[2K');
    expect(stdout).not.toContain('owned');
    expect(stdout).toMatch(painted(32, 'pipeline p1 completed after 8.0 s'));
    expect(stdout.indexOf(hide)).toBeGreaterThan(-1);
    expect(stdout.lastIndexOf(show)).toBeGreaterThan(stdout.lastIndexOf(hide));
  });

  test('Ctrl-C cancels and the tree goes on; a second one leaves it as it stands, and the cursor visible', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(...begun);
    const running = startOnTerminal(parallel(server.address));
    await running.said(painted(36, '●', ' setup'));
    running.child.stdin.write('\u0003');
    await running.said(/being cancelled: CANCEL_NOW/);
    running.child.stdin.write('\u0003');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('\r\ntest-pipeline: left; the run goes on being cancelled; ');
    expect(stdout.lastIndexOf(show)).toBeGreaterThan(stdout.lastIndexOf(hide));
  });

  test('a window of five lines shows what runs and how many more there are', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(...begun);
    const running = startOnTerminal(parallel(server.address), { NO_COLOR: '1' }, { columns: 40, rows: 6 });
    await running.said(/● setup.*\r\n.*… and 5 more.*\r\n.*6 stages: 1 running, 5 pending/);
    script.tell(completed);
    const { stdout } = await running.ended;
    // oxlint-disable-next-line no-control-regex -- colours are made of them
    expect(stdout).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test('a terminal that cannot draw over lines gets plain ones', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(...begun, completed);
    const { code, stdout } = await startOnTerminal(parallel(server.address), { TERM: 'dumb' }).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {3}1\.0 s {2}setup +running/);
    expect(stdout).not.toContain('\u001b');
  });
});
