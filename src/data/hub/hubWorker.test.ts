import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HubCommand, HubNews } from './protocol.ts';
import type { RangeStore } from './rangeStore.ts';

const store: RangeStore = {
  open: () => Promise.reject(new Error('not asked for here')),
  size: async () => 7,
  clear: async () => {},
};
vi.mock('./rangeStore.ts', () => ({ openRangeStore: async () => store }));

/** Sends the worker a command, as the page does. */
let ask: (command: HubCommand) => void;
let told: HubNews[];

beforeEach(async () => {
  vi.resetModules();
  vi.restoreAllMocks();
  told = [];
  vi.stubGlobal('self', {
    postMessage: (news: HubNews) => told.push(news),
    addEventListener: (_: string, listener: (event: { data: HubCommand }) => void) => {
      ask = (data) => listener({ data });
    },
  });
  await import('./hubWorker.ts');
});

const sizes = { cifar10: 7, cifar100: 7, stl10: 7, imagenet100: 7 };

describe('the worker of the downloads', () => {
  it('measures what is kept, also after it was cleared', async () => {
    const clear = vi.spyOn(store, 'clear');
    ask({ kind: 'clear', set: 'cifar10' });
    await vi.waitFor(() => expect(told).toEqual([{ kind: 'kept', sizes }]));
    expect(clear).toHaveBeenCalledWith('cifar10');
  });

  it('says so where another tab holds a file that is to be deleted, and what is still there', async () => {
    const inUse = new DOMException('the file is locked', 'NoModificationAllowedError');
    vi.spyOn(store, 'clear').mockRejectedValue(inUse);
    ask({ kind: 'clear', set: 'cifar10' });
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told).toEqual([
      {
        kind: 'complaint',
        message:
          'CIFAR-10 could not be deleted, or not all of it: another tab of this site is using it. ' +
          'Close that tab, or wait until it is done, then clear it again.',
      },
      { kind: 'kept', sizes },
    ]);
  });

  it('says why else nothing could be deleted or measured', async () => {
    vi.spyOn(store, 'clear').mockRejectedValue(new Error('the disk is gone'));
    vi.spyOn(store, 'size').mockRejectedValue(new Error('the disk is gone'));
    ask({ kind: 'clear', set: 'stl10' });
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told).toMatchObject([
      { kind: 'complaint', message: expect.stringMatching(/^STL-10 could not be deleted.*the disk is gone/) },
      { kind: 'complaint', message: expect.stringMatching(/could not be measured: the disk is gone/) },
    ]);
  });
});
