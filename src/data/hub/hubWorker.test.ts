import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HubProgress } from './loadHub.ts';
import type { HubCommand, HubNews } from './protocol.ts';
import type { RangeStore } from './rangeStore.ts';

const store: RangeStore = {
  open: () => Promise.reject(new Error('not asked for here')),
  size: async () => 7,
  clear: async () => {},
};
vi.mock('./rangeStore.ts', () => ({ openRangeStore: async () => store }));

/** The downloads that have begun: each tells its progress as the test says, and never ends. */
const downloads: ((progress: HubProgress) => void)[] = [];
vi.mock('./loadHub.ts', () => ({
  loadHub: (
    _set: unknown,
    _sampling: unknown,
    { onProgress }: { onProgress: (typeof downloads)[number] },
  ) => {
    downloads.push(onProgress);
    return new Promise(() => {});
  },
}));

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

  it('tells how far a download is even if it stands still right after', async () => {
    const opening = { bytes: 0, totalBytes: 0, received: 524_292, images: 0, totalImages: 0 };
    const opened = { ...opening, bytes: 30_000, totalBytes: 300_000, images: 100, totalImages: 1100 };
    ask({ kind: 'download', set: 'cifar10', side: null, limits: { train: 1000, test: 100 } });
    await vi.waitFor(() => expect(downloads).toHaveLength(1));
    downloads[0]!(opening);
    downloads[0]!(opened);
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ kind: 'progress', progress: opened }));
    expect(told.length).toBeLessThanOrEqual(2);
  });
});
