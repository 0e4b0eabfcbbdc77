import { describe, expect, it } from 'vitest';
import type { Notice, NoticeStatus } from '../../../../src/logs/notices/notice.ts';
import { NoticeFile } from '../../../../src/logs/notices/notice-file.ts';
import { Outbox } from '../../../../src/logs/notices/outbox.ts';
import { quietLog, settled, VirtualClock } from '../../../support/log-lines.ts';
import { type Faults, ModelDisk, Platter } from '../../../support/model-disk.ts';

const time = '2026-01-01T00:00:00Z';

class World {
  readonly clock = new VirtualClock();
  readonly platter = new Platter();
  readonly told: Notice[] = [];
  faults: Faults = {};
  answer: (notice: Notice) => 'RECEIVED' | 'IGNORED' | 'ERROR' | 'silence' = () => 'RECEIVED';
  #disk = new ModelDisk(this.platter);

  async open(noticesMax = 1_000): Promise<Outbox> {
    const disk = new ModelDisk(this.platter, this.faults);
    this.#disk = disk;
    const { file, ...kept } = await NoticeFile.open(disk);
    const tell = async (notice: Notice) => {
      // A process that is gone tells nothing.
      if (disk.isDead) return await new Promise<never>(() => {});
      const answer = this.answer(notice);
      if (answer === 'silence') throw new Error('no answer');
      this.told.push(notice);
      return answer;
    };
    const { clock } = this;
    return new Outbox({ file, kept, tell, clock, random: () => 0.5, log: quietLog, noticesMax });
  }

  kill(): void {
    this.#disk.isDead = true;
  }

  toldOf(workerId: string): readonly NoticeStatus[] {
    return this.told.filter((notice) => notice.workerId === workerId).map(({ status }) => status);
  }
}

const worker = (workerId: string) => ({ workerId, taskId: 'task', metadata: {} });

async function live(outbox: Outbox, workerId: string, ...statuses: readonly NoticeStatus[]): Promise<void> {
  for (const status of statuses) await outbox.notify(worker(workerId), status, '', time);
}

describe('the outbox of notices', { tags: ['F57', 'G5'] }, () => {
  it('tells every change once, in order for each worker', async () => {
    const world = new World();
    const outbox = await world.open();
    await Promise.all([
      live(outbox, 'a', 'CREATED', 'RUNNING', 'COMPLETED'),
      live(outbox, 'b', 'CREATED', 'RUNNING', 'FAILED'),
    ]);
    await settled();
    expect(world.toldOf('a')).toEqual(['CREATED', 'RUNNING', 'COMPLETED']);
    expect(world.toldOf('b')).toEqual(['CREATED', 'RUNNING', 'FAILED']);
    expect(outbox.waiting).toBe(0);
  });

  it('keeps the order while all are added at once', async () => {
    const world = new World();
    const outbox = await world.open();
    const statuses = ['CREATED', 'RUNNING', 'TERMINATED'] as const;
    await Promise.all(statuses.map((status) => outbox.notify(worker('a'), status, '', time)));
    await settled();
    expect(world.toldOf('a')).toEqual(statuses);
  });

  it('tells again after an ERROR, while others go on', async () => {
    const world = new World();
    let errors = 0;
    world.answer = ({ workerId }) => (workerId === 'a' && errors++ < 3 ? 'ERROR' : 'RECEIVED');
    const outbox = await world.open();
    await live(outbox, 'a', 'CREATED', 'RUNNING');
    await live(outbox, 'b', 'CREATED');
    await settled();
    expect(world.toldOf('b')).toEqual(['CREATED']);
    await world.clock.advance(10_000);
    expect(world.toldOf('a')).toEqual(['CREATED', 'CREATED', 'CREATED', 'CREATED', 'RUNNING']);
  });

  it('is done with what is ignored', async () => {
    const world = new World();
    world.answer = () => 'IGNORED';
    const outbox = await world.open();
    await live(outbox, 'a', 'CREATED', 'RUNNING', 'COMPLETED');
    await settled();
    expect([outbox.waiting, outbox.counts.ignored]).toEqual([0, 3]);
  });

  it('lets otto-handler rest while it does not answer, and loses nothing', async () => {
    const world = new World();
    world.answer = () => 'silence';
    const outbox = await world.open();
    for (let index = 0; index < 50; index++) await live(outbox, `w${index}`, 'CREATED', 'COMPLETED');
    await world.clock.advance(3_600_000);
    // An hour, with pauses of five to ten seconds, sixteen at a time.
    expect(outbox.counts.unanswered).toBeLessThan(16 * 720);
    world.answer = () => 'RECEIVED';
    await world.clock.advance(120_000);
    expect(outbox.waiting).toBe(0);
    expect(world.toldOf('w49')).toEqual(['CREATED', 'COMPLETED']);
  });

  it('passes over what was told before, also out of order', async () => {
    const world = new World();
    const outbox = await world.open();
    await live(outbox, 'a', 'RUNNING', 'RUNNING', 'CREATED', 'COMPLETED', 'FAILED');
    await settled();
    expect(world.toldOf('a')).toEqual(['RUNNING', 'COMPLETED']);
    expect(outbox.counts.repeated).toBe(3);
  });

  it('gives up what is never taken, so that the next is told', async () => {
    const world = new World();
    world.answer = ({ status }) => (status === 'CREATED' ? 'ERROR' : 'RECEIVED');
    const outbox = await world.open();
    await live(outbox, 'a', 'CREATED', 'COMPLETED');
    await world.clock.advance(3_600_000);
    expect(world.toldOf('a').at(-1)).toBe('COMPLETED');
    expect(outbox.counts.givenUp).toBe(1);
  });

  it('keeps ends of lives before anything else when it is full', async () => {
    const world = new World();
    world.answer = () => 'silence';
    const outbox = await world.open(10);
    for (let index = 0; index < 10; index++) await live(outbox, `w${index}`, 'CREATED', 'COMPLETED');
    expect(outbox.waiting).toBe(10);
    world.answer = () => 'RECEIVED';
    await world.clock.advance(120_000);
    const ends = world.told.filter(({ status }) => status === 'COMPLETED');
    expect(ends.length).toBeGreaterThanOrEqual(9);
    expect(outbox.counts.dropped).toBe(10);
  });

  it('tells after kill -9 all that it promised, whatever write that was', async () => {
    for (let killAt = 1; killAt <= 14; killAt++) {
      const world = new World();
      world.answer = () => 'silence';
      world.faults = { killAt, tornShare: (killAt % 5) / 4 };
      const outbox = await world.open();
      const promised: string[] = [];
      for (const workerId of ['a', 'b']) {
        for (const status of ['CREATED', 'RUNNING', 'FAILED'] as const) {
          if (world.platter.holder?.isDead) break;
          await outbox.notify(worker(workerId), status, '', time);
          if (!world.platter.holder?.isDead) promised.push(`${workerId} ${status}`);
        }
      }
      world.kill();
      world.faults = {};
      world.answer = () => 'RECEIVED';
      const next = await world.open();
      await world.clock.advance(1_000);
      const told = world.told.map(({ workerId, status }) => `${workerId} ${status}`);
      expect(
        promised.filter((one) => !told.includes(one)),
        `killed at write ${killAt}`,
      ).toEqual([]);
      expect(next.waiting).toBe(0);
    }
  });

  it('keeps through a power loss what a process found that was killed before its sync', async () => {
    const world = new World();
    world.answer = () => 'silence';
    world.faults = { killAt: 2 };
    void (await world.open()).notify(worker('a'), 'FAILED', '', time);
    await settled();
    world.faults = {};
    await world.open();
    world.kill();
    world.platter.losePower(() => 0);
    world.answer = () => 'RECEIVED';
    await world.open();
    await settled();
    expect(world.toldOf('a')).toEqual(['FAILED']);
  });

  it('goes on in memory while the disk refuses, and is durable again afterwards', async () => {
    const world = new World();
    world.answer = () => 'silence';
    world.faults = { refusal: 'ENOSPC', tornShare: 0.5 };
    const outbox = await world.open();
    await live(outbox, 'a', 'CREATED');
    delete world.faults.refusal;
    await live(outbox, 'b', 'CREATED');
    world.kill();
    world.answer = () => 'RECEIVED';
    await world.open();
    await world.clock.advance(1_000);
    expect([world.toldOf('a'), world.toldOf('b')]).toEqual([['CREATED'], ['CREATED']]);
  });

  it('tells nobody again after a restart what was told, until the worker is forgotten', async () => {
    const world = new World();
    const outbox = await world.open();
    await live(outbox, 'a', 'CREATED', 'RUNNING');
    await live(outbox, 'b', 'CREATED', 'COMPLETED');
    outbox.forget('b');
    await live(outbox, 'c', 'CREATED');
    await settled();
    world.kill();
    world.told.length = 0;
    const next = await world.open();
    await live(next, 'a', 'CREATED', 'RUNNING', 'COMPLETED');
    await live(next, 'b', 'CREATED');
    await settled();
    expect([world.toldOf('a'), world.toldOf('b')]).toEqual([['COMPLETED'], ['CREATED']]);
  });

  it('remembers that through a file that was made smaller', async () => {
    const world = new World();
    const outbox = await world.open();
    await live(outbox, 'first', 'CREATED');
    for (let n = 0; n < 3_000; n++) {
      await live(outbox, `w${n}`, 'CREATED', 'COMPLETED');
      outbox.forget(`w${n}`);
    }
    await settled();
    expect(world.platter.bytes).toBeLessThan(400_000);
    world.kill();
    world.told.length = 0;
    const next = await world.open();
    await live(next, 'first', 'CREATED', 'FAILED');
    await settled();
    expect(world.told.map(({ status }) => status)).toEqual(['FAILED']);
  });
});
