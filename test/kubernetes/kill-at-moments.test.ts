/** Kill -9 at the moments by which a promise could be lost, each hit exactly (faults 34–39, 9 and 10). */
import { describe, expect, test } from 'vitest';
import type { Write } from '../support/api-proxy.ts';
import { auditOf } from '../support/audit-log.ts';
import { instants, startCrashingServer, survive, type Instant } from '../support/crashing-server.ts';
import { openNamespace } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { scaleUpRequest } from '../support/workers.ts';

const [before, applied, answered] = instants;

const request = { ...scaleUpRequest('two', 2), task_id: 'two', worker_count: 2 };

interface State {
  readonly created: boolean;
  readonly closedAt: string;
  readonly ended: Readonly<Record<string, unknown>>;
}

const isLedger = ({ method, resource }: Write) => method === 'POST' && resource === 'configmaps';
const isCreate = ({ method, resource }: Write) => method === 'POST' && resource === 'pods';
const isDelete = ({ method, resource }: Write) => method === 'DELETE' && resource === 'pods';
const nth = (wanted: number, matches: (write: Write) => boolean) => {
  let seen = 0;
  return (write: Write) => matches(write) && ++seen === wanted;
};

/** A write of the ledger's state of which this holds. */
function recording(holds: (state: State) => boolean): (write: Write) => boolean {
  return ({ method, resource, body }) => {
    if (method !== 'PUT' || resource !== 'configmaps') return false;
    const { data } = JSON.parse(body) as { data: { state: string } };
    return holds(JSON.parse(data.state) as State);
  };
}
const isOutcome = recording(({ ended, closedAt }) => Object.keys(ended).length > 0 && closedAt === '');
const isTombstone = recording(({ closedAt }) => closedAt !== '');

const moments: ReadonlyArray<readonly [name: string, instant: Instant, matches: (write: Write) => boolean]> =
  [
    ['before the ledger', before, isLedger],
    ['after the ledger, before the answer and any create', applied, isLedger],
    ['before the first create', before, isCreate],
    ['after one of two creates', applied, isCreate],
    ['after every create, before that is recorded', before, recording(({ created }) => created)],
    ['after a terminal state, before its record', before, isOutcome],
    ['after the record of an outcome, before its delete', applied, isOutcome],
    ['after a delete, before its answer', applied, isDelete],
    ['after the last delete', answered, nth(2, isDelete)],
    ['before the tombstone', before, isTombstone],
    ['after the tombstone', applied, isTombstone],
  ];

describe.concurrent(
  'a scale-up goes on where a kill -9 ended it',
  { tags: ['G1', 'G2', 'F34', 'F35', 'F36', 'F37', 'F39', 'I1'] },
  () => {
    test.each(moments)('%s', async (_, instant, matches) => {
      await using namespace = await openNamespace();
      await using crashing = await startCrashingServer(namespace);
      crashing.killAt({ instant, matches });
      await survive(crashing, request);
      expect(crashing.kills).toBe(1);
    });

    test(
      'a create of the dead process that is applied late is adopted, not repeated and not taken for foreign',
      { tags: ['F10'] },
      async () => {
        await using namespace = await openNamespace();
        const audit = await auditOf(namespace.name);
        await using crashing = await startCrashingServer(namespace);
        const { proxy } = crashing;
        const one = { ...scaleUpRequest('late', 1), task_id: 'late', worker_count: 1 };

        const late = Promise.withResolvers<void>();
        const lateApplied = Promise.withResolvers<void>();
        let creates = 0;
        proxy.interception = {
          before: async (write) => {
            if (!isCreate(write)) return 'forward';
            creates += 1;
            if (creates === 1) {
              // Still on its way when its process is dead and the next one has listed the Pods.
              void crashing.kill();
              await late.promise;
            } else {
              late.resolve();
              await lateApplied.promise;
            }
            return 'forward';
          },
          after: async (write) => {
            if (isCreate(write)) lateApplied.resolve();
            return 'forward';
          },
        };
        const answer = await crashing.scaleUp(one);
        const status = await until('the end', async () => {
          const now = await crashing.status('late');
          return now?.workers[0]?.status !== 'pending' && now?.workers[0]?.reason === '' && now;
        });
        expect(status.workers[0]).toMatchObject({ status: 'succeeded', error_message: '' });
        expect(creates).toBe(2);
        await audit.expectEachCreatedAndDeletedOnce(answer.worker_pod_names);
      },
    );
  },
);
