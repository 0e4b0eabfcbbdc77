/** What `kubectl describe` tells of a command and its workers. */
import { expect, test } from 'vitest';
import { kubectl, openNamespace } from '../support/kubernetes.ts';
import { startServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { scaleUp, scaleUpRequest, untilEnded } from '../support/workers.ts';

test.concurrent('kubectl tells what became of a command and of each of its workers', async () => {
  await using namespace = await openNamespace();
  await using server = await startServer({ NAMESPACE: namespace.name });
  const {
    worker_pod_names: [podName = ''],
  } = await scaleUp(server, scaleUpRequest('told', 1, 'exit 7'));
  await untilEnded(server, 'told');
  const here = ['--namespace', namespace.name];
  const [ledger = ''] = (await namespace.records()).map(({ metadata }) => metadata.name);
  const story = await until('the end of the story', async () => {
    const text = await kubectl('describe', 'configmap', ledger, ...here);
    return text.includes('Finished') ? text : undefined;
  });
  expect(story).toMatch(/Normal +Accepted .* ottoscaler +Ottoscaler has taken the command\./);
  expect(story).toMatch(
    new RegExp(`Warning +WorkerFailed .* ottoscaler +The worker ${podName} failed: exit-code\\.`),
  );
  const of = `involvedObject.kind=Pod,involvedObject.name=${podName},source=ottoscaler`;
  const reasons = ['--output', 'jsonpath={.items[*].reason}'];
  const told = await kubectl('get', 'events', ...here, '--field-selector', of, ...reasons);
  expect(told.split(' ').toSorted((a, b) => a.localeCompare(b))).toEqual(['Draining', 'Failed']);
});
