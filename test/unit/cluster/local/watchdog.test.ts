import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Watchdog } from '../../../../src/cluster/local/node/watchdog.ts';

/** A shell that holds its list in a string must not let it grow: it once doubled with every drop. */
test('thousands of containers that came and went cost the watchdog nothing', async () => {
  const watchdog = new Watchdog();
  onTestFinished(() => watchdog.close());
  for (let group = 4_000_000; group < 4_002_000; group++) {
    watchdog.add(group);
    watchdog.add(group);
    watchdog.drop(group);
  }
  const left = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const ended = once(left, 'exit');
  watchdog.add(left.pid ?? 0);
  await watchdog.close();
  expect(await ended).toEqual([null, 'SIGTERM']);
});
