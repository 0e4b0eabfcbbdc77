/** One effect at a time against a model cluster: everything that effects are given, and the time to pass. */
import type { Clock, Log, Random } from '../../../src/actors/ports.ts';
import { LedgerBook } from '../../../src/actors/ledger/ledger-book.ts';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { pipelineCodec, type PipelineState } from '../../../src/actors/ledger/pipeline-state.ts';
import { scaleCodec, type LedgerState } from '../../../src/actors/ledger/record.ts';
import type { Cluster } from '../../../src/cluster/port.ts';
import { connect } from './connection.ts';
import type { FaultPlan, Verb } from './fault-plan.ts';
import { Network } from './network.ts';
import { policy } from './ottoscaler.ts';
import { seeded } from './seeded.ts';
import { World } from './world.ts';

export class EffectBench {
  readonly world: World;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random = seeded(1);
  policy = policy.order;
  readonly tombstoneMs = 3_600_000;
  readonly historyMs = policy.historyMs;
  readonly book: LedgerBook<LedgerState>;
  readonly runs: LedgerBook<PipelineState>;
  /** Every line of the log, as `message fields`. */
  readonly said: string[] = [];
  readonly log: Log;
  /** What workers wrote. */
  readonly written: string[] = [];
  readonly lines = { write: ({ text }: { text: string }) => void this.written.push(text) };

  constructor(plan?: FaultPlan, world = new World()) {
    this.world = world;
    this.clock = world.clock;
    this.network = new Network(world.clock, plan);
    this.cluster = connect(world, { network: this.network });
    const say = (fields: object, message: string) =>
      void this.said.push(`${message} ${JSON.stringify(fields)}`);
    this.log = { debug: say, info: say, warn: say, error: say };
    const { cluster, clock, random, log } = this;
    const deps = { cluster, clock, random, log };
    this.book = new LedgerBook({ ...deps, codec: scaleCodec });
    this.runs = new LedgerBook({ ...deps, codec: pipelineCodec(attemptName(world.namespace)) });
  }

  /** How often a verb was called. */
  calls(verb: Verb): number {
    return this.network.trace.filter((call) => call.verb === verb).length;
  }

  /** Lets virtual time pass until the effect has ended. */
  async end<T>(effect: Promise<T>, withinMs = 3_600_000): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    effect.then(over, over);
    if (!(await this.world.run(() => isOver, withinMs))) throw new Error('the effect does not end');
    return effect;
  }
}
