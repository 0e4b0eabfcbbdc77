/** otto-agent around real commands: what it leaves as it is, and what arrives at a log server. */
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { pushEndMarker, pushesMarker } from '../../src/logs/push-marker.ts';
import { node, sh, startAgent } from '../support/agent-process.ts';
import { LogServer } from '../support/log-server.ts';

const nobody = '127.0.0.1:1';

/** 4 MB, much more than pipes hold. */
const flood = `const all = ('x'.repeat(99) + '\\n').repeat(40_000);
  process.stdout.write(all, () => process.stderr.write('written\\n'));`;

/** A starved machine takes long for all of these lines. */
const patient = ['--flush-timeout', '2m'];

describe('the command', () => {
  test.each([
    ['exits with its own code', sh('exit 7'), 7],
    ['exits with 128 + 15 where SIGTERM killed it', sh('kill -TERM $$'), 143],
    ['exits with 127 where there is no such program', ['no-such-program'], 127],
    ['exits with 126 where it cannot be run', ['/etc/passwd'], 126],
  ])('%s', async (_, command, code) => {
    await using server = await new LogServer().listen();
    expect(await startAgent(command, { endpoint: server.address }).ended).toBe(code);
    expect(await startAgent(command, {}).ended).toBe(code);
  });

  test('writes what it would write alone, byte by byte on each stream, behind the marker', async () => {
    await using server = await new LogServer().listen();
    const script = 'printf "a\\r\\nb\\303"; printf "\\244c\\377 end"; printf "x\\n\\ny" >&2';
    const alone = startAgent(sh(script), {});
    const pushed = startAgent(sh(script), { endpoint: server.address });
    const plain = startAgent(sh(script), { endpoint: server.address, options: ['--no-marker'] });
    expect([await alone.ended, await pushed.ended, await plain.ended]).toEqual([0, 0, 0]);
    expect(alone.stdout()).not.toBe('');
    expect(pushed.stdout()).toBe(`${pushesMarker}\n${alone.stdout()}\n${pushEndMarker(0)}\n`);
    expect([plain.stdout(), plain.stderr(), pushed.stderr()]).toEqual([
      alone.stdout(),
      alone.stderr(),
      alone.stderr(),
    ]);
  });

  test('may open /dev/stdout and /dev/stderr, which a socket would not let it', async () => {
    await using server = await new LogServer().listen();
    const agent = startAgent(sh('echo out > /dev/stdout; echo err > /dev/stderr'), {
      endpoint: server.address,
    });
    expect([await agent.ended, agent.stderr()]).toEqual([0, 'err\n']);
    expect([server.linesOf('stdout'), server.linesOf('stderr')]).toEqual([['out'], ['err']]);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'gets %s, and may go on after it',
    async (signal) => {
      const agent = startAgent(
        node(
          `process.on('${signal}', () => { console.log('got it'); process.exitCode = 5; clearInterval(t); });
           const t = setInterval(() => {}, 1000); console.log('ready');`,
        ),
        { endpoint: nobody },
      );
      await agent.says(/ready/);
      agent.child.kill(signal);
      expect(await agent.ended).toBe(5);
      expect(agent.stdout()).toContain('got it');
    },
  );

  test('knows neither the token nor the endpoint', async () => {
    const agent = startAgent(sh('env'), { endpoint: nobody });
    expect(await agent.ended).toBe(0);
    expect(agent.stdout()).toContain('OTTO_WORKER_ID=w-1');
    expect(agent.stdout()).not.toMatch(/CANARY|OTTO_LOG_ENDPOINT/);
  });

  test('is slowed down by a reader that does not read, and loses no byte', async () => {
    await using server = await new LogServer().listen();
    const agent = startAgent(node(flood), { endpoint: server.address, options: patient });
    agent.child.stdout.pause();
    await server.until(() => server.entries.length > 100);
    expect(agent.stderr()).not.toContain('written');
    agent.child.stdout.resume();
    expect(await agent.ended).toBe(0);
    expect(agent.stdout().length).toBe(pushesMarker.length + 1 + 4_000_000 + pushEndMarker(0).length + 1);
    expect(server.linesOf('stdout')).toHaveLength(40_000);
  });

  test('that waits for such a reader can be ended by a signal', async () => {
    await using server = await new LogServer().listen();
    const agent = startAgent(node(flood), { endpoint: server.address });
    agent.child.stdout.pause();
    await server.until(() => server.entries.length > 100);
    agent.child.kill('SIGTERM');
    agent.child.stdout.resume();
    expect(await agent.ended).toBe(143);
    expect(agent.stderr()).not.toContain('written');
  });

  test('breaks its pipe where nobody reads our stdout any more', async () => {
    const agent = startAgent(sh('while echo x; do :; done 2>/dev/null; exit 9'), { endpoint: nobody });
    await agent.says(/x/);
    agent.child.stdout.destroy();
    expect(await agent.ended).not.toBe(0);
  });

  test('is not waited for longer than a while where what it left behind holds its output open', async () => {
    await using server = await new LogServer().listen();
    const agent = startAgent(sh('sleep 600 & echo "left $!"'), { endpoint: server.address });
    const [, left] = await agent.says(/left (\d+)/);
    expect(await agent.ended).toBe(0);
    process.kill(Number(left), 'SIGKILL');
    expect(server.linesOf('stdout')).toEqual([`left ${left}`]);
  });
});

describe('the log server', { tags: ['G5'] }, () => {
  test('is told who registers, and gets each line once, told apart, numbered from 1, with the time', async () => {
    await using server = await new LogServer().listen();
    const agent = startAgent(sh('for i in 1 2 3; do echo o$i; echo e$i >&2; done; printf last'), {
      endpoint: server.address,
      env: { POD_NAME: 'pod-1', NAMESPACE: 'ns', NODE_NAME: 'n-1' },
    });
    expect(await agent.ended).toBe(0);
    expect(server.registrations).toMatchObject([
      {
        worker_id: 'w-1',
        task_id: 't-1',
        server_endpoint: server.address,
        metadata: { pod_name: 'pod-1', namespace: 'ns', node_name: 'n-1' },
      },
    ]);
    expect(server.linesOf('stdout')).toEqual(['o1', 'o2', 'o3', 'last']);
    expect(server.linesOf('stderr')).toEqual(['e1', 'e2', 'e3']);
    expect(server.entries).toHaveLength(7);
    for (const source of ['stdout', 'stderr'] as const) {
      const kept = server.keptOf(source);
      expect(kept.map(({ metadata }) => Number(metadata['otto.seq']))).toEqual(kept.map((_, at) => at + 1));
      expect(new Set(kept.map(({ metadata }) => metadata['otto.stream'])).size).toBe(1);
      expect(kept[0]?.metadata['otto.stream']).toMatch(new RegExp(`^w-1/worker~[0-9a-f]{8}/${source}$`));
      expect(kept[0]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
  });

  test('sees no more lines unanswered than it has said, and none longer than it has said', async () => {
    await using server = await new LogServer({
      config: { rate_limit: 100_000, buffer_size: 7, max_message_size: 32 },
    }).listen();
    const agent = startAgent(sh('seq 500; seq 500 >&2; printf "%0100d\\n" 7'), { endpoint: server.address });
    expect(await agent.ended).toBe(0);
    expect(server.unansweredMost).toBeGreaterThan(1);
    expect(server.unansweredMost).toBeLessThanOrEqual(7);
    const kept = server.keptOf('stdout');
    for (const { message } of kept) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(32);
    const parts = kept.slice(500).map(({ message, metadata }) => [message, metadata['otto.continues']]);
    expect(parts.length).toBeGreaterThan(3);
    const whole = parts.map(([part = '', goesOn]) => (goesOn ? part.slice(0, -1) : part)).join('');
    expect(whole).toBe('7'.padStart(100, '0'));
    expect(parts.map(([, goesOn]) => goesOn)).toEqual([...parts.slice(1).map(() => 'true'), undefined]);
  });

  test('that wants lines again gets them again, in order, until it takes them', async () => {
    const asked = new Set<string>();
    await using server = await new LogServer({
      answer: ({ metadata }) => {
        const seq = metadata['otto.seq'] ?? '';
        if (Number(seq) % 10 !== 0 || asked.has(seq)) return 'ACK';
        asked.add(seq);
        return 'RETRY';
      },
      config: { rate_limit: 100_000, buffer_size: 20, max_message_size: 1_024 },
    }).listen();
    const agent = startAgent(sh('seq 100'), {
      endpoint: server.address,
      options: ['--flush-timeout', '50s'],
    });
    expect(await agent.ended).toBe(0);
    const numbers = server.keptOf('stdout').map(({ message }) => Number(message));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(asked.size).toBe(10);
    expect(agent.stderr()).toBe('');
  });

  test('that will not have a line is not asked again, and the line counts as not delivered', async () => {
    await using server = await new LogServer({
      answer: ({ message }) => (message === '2' ? 'DROP' : 'ACK'),
    }).listen();
    const agent = startAgent(sh('seq 3'), { endpoint: server.address });
    expect(await agent.ended).toBe(0);
    expect([server.linesOf('stdout'), server.entries.length]).toEqual([['1', '3'], 3]);
    expect(agent.stderr()).toContain('1 line was not delivered');
  });

  test('that was killed and came back midway gets every line, in order', async () => {
    await using server = await new LogServer().listen();
    const script = `let n = 0; const t = setInterval(() => {
      for (let i = 0; i < 100; i++) console.log(++n); if (n === 20_000) clearInterval(t); }, 2);`;
    const agent = startAgent(node(script), { endpoint: server.address, options: patient });
    for (const many of [500, 4_000, 9_000]) {
      await server.until(() => server.entries.length > many);
      server.cut();
      await server.listen();
    }
    expect(await agent.ended).toBe(0);
    expect(server.linesOf('stdout')).toEqual(Array.from({ length: 20_000 }, (_, n) => String(n + 1)));
    expect(agent.stderr()).toBe('');
  });

  test('that is full, and then is not, gets every line', async () => {
    let tries = 0;
    await using server = await new LogServer({
      register: () => (++tries < 3 ? { status: 'SERVER_FULL' } : { status: 'SUCCESS' }),
    }).listen();
    const agent = startAgent(sh('seq 20'), { endpoint: server.address });
    expect([await agent.ended, server.linesOf('stdout').length]).toEqual([0, 20]);
  });

  test('that knows no such worker is given up and said so of once, and the command goes on', async () => {
    await using server = await new LogServer({ register: () => status.UNAUTHENTICATED }).listen();
    const agent = startAgent(sh('seq 20; sleep 1; exit 3'), { endpoint: server.address });
    expect([await agent.ended, server.registrations.length]).toEqual([3, 1]);
    expect(agent.stderr()).toMatch(
      /^otto-agent: 127\.0\.0\.1:\d+ takes no lines \(UNAUTHENTICATED: who are you\?\); going on without it\notto-agent: 20 lines were not delivered to [\d.:]+\n$/,
    );
    expect(agent.stderr()).not.toContain('CANARY');
  });

  test('that answers nothing costs no more than the time for flushing, and is told what is missing', async () => {
    await using server = await new LogServer({
      answer: ({ metadata }) => (Number(metadata['otto.seq']) <= 10 ? undefined : 'ACK'),
      config: { rate_limit: 100_000, buffer_size: 10, max_message_size: 1_024 },
    }).listen();
    const agent = startAgent(sh('seq 1000; exit 4'), {
      endpoint: server.address,
      options: ['--flush-timeout', '700ms'],
    });
    expect(await agent.ended).toBe(4);
    expect(server.entries).toHaveLength(10);
    expect(agent.stderr()).toContain('1000 lines were not delivered');
    expect(agent.stdout()).toMatch(new RegExp(`\\n${pushEndMarker(1_000)}\n$`));
  });

  test('that is too slow gets, at the end of the time for flushing, a gap that counts the rest', async () => {
    await using server = await new LogServer({
      config: { rate_limit: 50, buffer_size: 50, max_message_size: 1_024 },
    }).listen();
    const agent = startAgent(sh('seq 1000'), {
      endpoint: server.address,
      options: ['--flush-timeout', '2s'],
    });
    expect(await agent.ended).toBe(0);
    const kept = server.keptOf('stdout');
    const gap = kept.at(-1);
    expect(Number(gap?.metadata['otto.gap'])).toBe(1_000 - (kept.length - 1));
    expect(kept.map(({ metadata }) => Number(metadata['otto.seq']))).toEqual(kept.map((_, at) => at + 1));
    expect(agent.stderr()).toContain(`${gap?.metadata['otto.gap']} lines were not delivered`);
  });

  test('that is absent is not waited for, whatever the time for flushing', async () => {
    const agent = startAgent(sh('seq 3; exit 2'), { endpoint: nobody, options: ['--flush-timeout', '10m'] });
    expect(await agent.ended).toBe(2);
    expect(agent.stderr()).toBe(`otto-agent: 3 lines were not delivered to ${nobody}\n`);
  });

  test('is left at once by a signal that comes after the end of the command', async () => {
    await using server = await new LogServer({ answer: () => undefined }).listen();
    const agent = startAgent(sh('echo x; exit 6'), {
      endpoint: server.address,
      options: ['--flush-timeout', '10m'],
    });
    await server.until(() => server.entries.length > 0);
    // Before its end a signal would be the command's.
    const again = setInterval(() => agent.child.kill('SIGTERM'), 200);
    expect(await agent.ended).toBe(6);
    clearInterval(again);
  });
});
