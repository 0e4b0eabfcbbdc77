/** Short lives worth remembering: each is the same each time, so that its recording can be kept. */
import { MemoryTape } from '../../../src/recording/tape.ts';
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { always, inTurn, refused, together, unanswered } from '../model/fault-plan.ts';
import { briefly, forGood } from '../model/kubelet.ts';
import { Ottoscaler, type OttoscalerOptions } from '../model/ottoscaler.ts';
import { scriptsFor } from './pipeline-scripts.ts';
import { join } from '../model/recorded.ts';
import type { FactFate } from '../model/watch.ts';
import { World, type WorldOptions } from '../model/world.ts';

/** One world, and the processes in it that are recorded one after the other. */
class Scene {
  readonly world: World;
  readonly #tapes: MemoryTape[] = [];

  constructor(options: WorldOptions) {
    this.world = new World(options);
  }

  start(options: OttoscalerOptions = {}): Ottoscaler {
    const tape = new MemoryTape();
    this.#tapes.push(tape);
    return new Ottoscaler(this.world, { seed: this.#tapes.length, ...options, tape });
  }

  /** Runs until there is nothing to do. @returns the recording */
  async end(otto: Ottoscaler): Promise<readonly string[]> {
    if (!(await this.world.run(() => otto.isIdle))) throw new Error('it does not come to rest');
    // One more line, which changes nothing: it is compared with the states after the one before.
    otto.ref.send({ type: 'usage.sampled', samples: [] });
    otto.kill();
    return join(this.#tapes);
  }
}

const retryOnce = { ...noRetry, retriesMax: 1, delaySeconds: 2 };

/** By the name of its file. */
export const histories: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'scale-up-with-refused-creates': async () => {
    const scene = new Scene({ scripts: () => briefly });
    const plan = inTurn('pods.create', refused('quota'), unanswered(), refused('unavailable'));
    const otto = scene.start({ plan, policy: { liveMax: 2 } });
    await otto.scaleUp(scaleUpCommand({ workerCount: 3, requestId: 'r' }));
    return scene.end(otto);
  },

  'scale-up-that-is-refused': async () => {
    const scene = new Scene({});
    const otto = scene.start({ plan: always('pods.create', refused('invalid')) });
    await otto.scaleUp(scaleUpCommand({ workerCount: 2 }));
    return scene.end(otto);
  },

  'scale-down': async () => {
    const scene = new Scene({ scripts: () => forGood });
    const otto = scene.start();
    await otto.scaleUp(scaleUpCommand({ workerCount: 3 }));
    await scene.world.run(() => otto.views().every(({ status }) => status === 'running'));
    await otto.scaleDown(scaleDownCommand({ target: 1, requestId: 'r' }));
    await otto.scaleDown(scaleDownCommand({ target: 0 }));
    return scene.end(otto);
  },

  'pipeline-with-retried-stages': async () => {
    const command = pipelineCommand([
      stageCommand('build', { workerCount: 2, retry: retryOnce }),
      stageCommand('pull', { dependsOn: ['build'] }),
      stageCommand('test', { dependsOn: ['build'], allowFailure: true }),
      stageCommand('report', { runWhen: 'always' }),
    ]);
    const cast = (stageId: string, index: number, attempt: number) => {
      if (stageId === 'build' && index === 0 && attempt === 1) return { exitCode: 1 };
      if (stageId === 'build' && index === 1 && attempt === 1) return { ending: 'evicted' } as const;
      if (stageId === 'test') return { ending: 'oom-killed' } as const;
      return {};
    };
    const scene = new Scene({ scripts: scriptsFor([command], cast) });
    const otto = scene.start();
    await otto.open({ kind: 'submit', pipelineId: 'p', command });
    return scene.end(otto);
  },

  'pipeline-that-is-cancelled': async () => {
    const command = pipelineCommand([
      stageCommand('build', { workerCount: 2 }),
      stageCommand('deploy', { dependsOn: ['build'] }),
      stageCommand('report', { runWhen: 'always' }),
    ]);
    const cast = (stageId: string) => (stageId === 'build' ? { runMs: Infinity } : {});
    const scene = new Scene({ scripts: scriptsFor([command], cast) });
    const otto = scene.start();
    await otto.open({ kind: 'submit', pipelineId: 'p', command });
    await scene.world.pass(1_500);
    otto.cancel('p', { mode: 'run-finally', by: 'alice', reason: 'a mistake' });
    return scene.end(otto);
  },

  'restart-in-the-middle': async () => {
    const command = pipelineCommand([stageCommand('build'), stageCommand('test', { dependsOn: ['build'] })]);
    const scene = new Scene({ scripts: () => ({ ...briefly, runMs: 2_000 }) });
    const first = scene.start();
    await first.scaleUp(scaleUpCommand({ workerCount: 2 }));
    await first.open({ kind: 'submit', pipelineId: 'p', command });
    await scene.world.pass(1_500);
    first.kill();
    await scene.world.pass(1_200);
    return scene.end(scene.start());
  },

  'watch-that-loses-facts': async () => {
    const scene = new Scene({ scripts: () => ({ ...briefly, runMs: 4_000 }) });
    const fact = (_fact: unknown, nth: number): FactFate =>
      nth % 3 === 0 ? { kind: 'dropped' } : nth % 3 === 1 ? { kind: 'reverted' } : { kind: 'doubled' };
    const isAway = () => scene.world.clock.now() % 60_000 < 8_000;
    const plan = together(
      always('pods.list', refused('unavailable'), () => isAway() && scene.world.pods.length > 0),
      inTurn('records.list', refused('unavailable')),
    );
    const otto = scene.start({ plan, watch: { fact } });
    await otto.scaleUp(scaleUpCommand({ workerCount: 3 }));
    return scene.end(otto);
  },
};
