/** Clients that come and go, some in the middle of a stream, and watches that are cut. */
import { setTimeout as pause } from 'node:timers/promises';
import { credentials } from '@grpc/grpc-js';
import { OttoscalerServiceClient } from '../../src/rpc/contract.ts';
import type { ListPipelinesResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/ListPipelinesResponse.ts';
import type { ApiProxy } from '../support/api-proxy.ts';
import type { Dice } from '../support/dice.ts';

const visitEveryMs = 200;
const cutEveryMs = 7_000;
const callMs = 30_000;
const ownConnection = { 'grpc.use_local_subchannel_pool': 1, 'grpc.enable_retries': 0 };

type Client = InstanceType<typeof OttoscalerServiceClient>;

export class Churn {
  visits = 0;
  cuts = 0;
  readonly failures: string[] = [];
  readonly #address: string;
  readonly #proxy: ApiProxy;
  readonly #dice: Dice;
  readonly #signal: AbortSignal;

  constructor(address: string, proxy: ApiProxy, dice: Dice, signal: AbortSignal) {
    this.#address = address;
    this.#proxy = proxy;
    this.#dice = dice;
    this.#signal = signal;
  }

  /** Resolves once the signal aborts. */
  async go(): Promise<void> {
    await Promise.all([this.#visit(), this.#cut()]);
  }

  async #visit(): Promise<void> {
    while (await this.#rest(visitEveryMs)) {
      // Not the connection that all others share.
      const client = new OttoscalerServiceClient(this.#address, credentials.createInsecure(), ownConnection);
      try {
        const { pipelines } = await list(client);
        const run = pipelines[Math.floor(this.#dice() * pipelines.length)];
        if (run) await readSome(client, run.pipeline_id, Math.floor(this.#dice() * 8));
        this.visits += 1;
      } catch (error) {
        if (!this.#signal.aborted) this.failures.push(String(error));
      } finally {
        client.close();
      }
    }
  }

  async #cut(): Promise<void> {
    while (await this.#rest(cutEveryMs)) this.cuts += this.#proxy.cutWatches();
  }

  /** @returns false where it is over */
  async #rest(ms: number): Promise<boolean> {
    return await pause(ms, true, { signal: this.#signal }).catch(() => false);
  }
}

function list(client: Client): Promise<ListPipelinesResponse__Output> {
  const { promise, resolve, reject } = Promise.withResolvers<ListPipelinesResponse__Output>();
  client.listPipelines({ page_size: 20 }, { deadline: Date.now() + callMs }, (error, answer) => {
    if (answer) resolve(answer);
    else reject(error ?? new Error('there was no answer'));
  });
  return promise;
}

/** Leaves after so many events, in the middle of the stream mostly. */
function readSome(client: Client, pipelineId: string, events: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = client.watchPipeline({ pipeline_id: pipelineId }, { deadline: Date.now() + callMs });
  let left = events;
  stream.on('data', () => {
    if (left-- > 0) return;
    stream.cancel();
    resolve();
  });
  stream.on('end', () => resolve());
  // Also of a stream that was left, where it comes too late.
  stream.on('error', reject);
  return promise;
}
