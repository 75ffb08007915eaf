import { expect, it, vi } from 'vitest';
import { advised } from '../../advice.fixture.ts';
import { EngineFault } from '../../engine.ts';
import { failureNews } from '../../session/failure.ts';
import { FaultWatch, type HearRefusal, type Watched } from './fault.ts';

/** A device that says what it is told to say. */
class SpokenFor implements Watched {
  private readonly hearers = new Set<HearRefusal>();
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  lose: (info: { readonly reason: string; readonly message: string }) => void = () => {};

  constructor() {
    this.lost = new Promise((resolve) => {
      this.lose = resolve;
    });
  }

  addEventListener(_kind: 'uncapturederror', hear: HearRefusal): void {
    this.hearers.add(hear);
  }

  removeEventListener(_kind: 'uncapturederror', hear: HearRefusal): void {
    this.hearers.delete(hear);
  }

  refuse(error: { readonly message: string }): void {
    for (const hear of this.hearers) hear({ error });
  }
}

const watched = () => {
  const device = new SpokenFor();
  return { device, watch: new FaultWatch(device) };
};

it('ends the work on a device that is lost, and refuses all work after it', async () => {
  const { device, watch } = watched();
  expect(await watch.guard(Promise.resolve(7))).toBe(7);
  const work = watch.guard(new Promise(() => {}));
  device.lose({ reason: 'unknown', message: '' });
  await expect(work).rejects.toThrow('The GPU device was lost (unknown): no reason was given');
  await expect(work).rejects.toBeInstanceOf(EngineFault);
  expect(() => watch.check()).toThrow(EngineFault);
});

it('tells a lack of memory from a command that was refused, until it is disposed of', () => {
  class OutOfMemory {
    readonly message = 'no memory';
  }
  vi.stubGlobal('GPUOutOfMemoryError', OutOfMemory);
  const full = watched();
  full.device.refuse(new OutOfMemory());
  expect(() => full.watch.check()).toThrow('The GPU ran out of memory: no memory');
  const refused = watched();
  refused.device.refuse({ message: 'bad size' });
  expect(() => refused.watch.check()).toThrow('The GPU refused a command: bad size');
  const disposed = watched();
  disposed.watch.dispose();
  disposed.device.refuse({ message: 'bad size' });
  disposed.watch.check();
});

it('is followed by work on another device, as a session advises', async () => {
  const says =
    /Start again with another engine \(WASM runs in every browser\), or with a smaller batch or width\.$/;
  const told = (work: Promise<unknown>) =>
    work.catch((fault: unknown) => {
      const { message, advice } = failureNews(fault);
      throw new Error(`${message} ${advice}`);
    });
  const follow = async () => expect(await watched().watch.guard(Promise.resolve(7))).toBe(7);
  const { device, watch } = watched();
  const under = told(watch.guard(new Promise(() => {})));
  await advised({
    provoke: () => {
      device.lose({ reason: 'unknown', message: '' });
      return under;
    },
    says,
    follow,
  });
  await advised({ provoke: () => told(watch.guard(Promise.resolve(7))), says, follow });
});
