import { describe, expect, it, vi } from 'vitest';
import type { HubNews } from '../../data/hub/protocol.ts';
import { linkOf, settingsOfLink } from '../../run/links/shareLink.ts';
import { parseSweepFile, sweepFileText } from '../../run/sweep/sweepFile.ts';
import { useSettings } from '../settings.ts';
import {
  firstOrder,
  HUB_SETS,
  type HubOrder,
  hubSet,
  orderBytes,
  orderFaults,
  type Pace,
  paced,
  rateOf,
  sourceOf,
  useHub,
} from './hub.ts';
import { guessOf, presetDataOf } from './source.ts';

const worker = vi.hoisted(() => ({ tell: (_: HubNews) => {} }));
vi.mock('../../data/hub/client.ts', () => ({
  HubClient: class {
    constructor(listener: (news: HubNews) => void) {
      worker.tell = listener;
    }
    send() {}
  },
}));

const order: HubOrder = { set: 'cifar10', train: 200, test: 100, side: null };

describe('an order of the Hub', () => {
  it('may be downloaded as it is offered first', () => {
    for (const set of HUB_SETS) expect(orderFaults(firstOrder(set))).toEqual([]);
  });

  it('must ask for images that there are', () => {
    expect(orderFaults({ ...order, train: 50_000, test: 10_000 })).toEqual([]);
    for (const train of [1, 2.5, 50_001, Number.NaN]) {
      expect(orderFaults({ ...order, train })).toEqual(['Training images: a whole number from 2 to 50000']);
    }
    expect(orderFaults({ ...order, train: 0, test: 10_001 })).toHaveLength(2);
  });

  it('must fit into memory at its side, which is told before anything is asked for', () => {
    const all: HubOrder = { set: 'imagenet100', train: 126_689, test: 5000, side: 64 };
    expect(orderFaults(all)).toEqual([]);
    expect(orderFaults({ ...all, side: 128 })).toEqual([
      'Training images: at most 43690 fit into memory at 128 × 128 pixels',
    ]);
    expect(orderFaults({ ...all, train: 43_690, side: 128 })).toEqual([]);
    // STL-10 keeps its own side of 96 pixels.
    expect(orderFaults({ set: 'stl10', train: 5000, test: 8000, side: null })).toEqual([]);
  });

  it('costs bytes by its images', () => {
    expect(orderBytes(order)).toBe(300 * 2394);
  });

  it('becomes the source of a run, whole parts without a limit', () => {
    expect(sourceOf(order, true)).toEqual({
      ...{ kind: 'hub', set: 'cifar10', side: null, kept: true },
      limits: { train: 200, test: 100 },
    });
    const whole = sourceOf({ ...order, train: 50_000, test: 10_000 }, false);
    expect(whole).toMatchObject({ limits: { train: null, test: null }, kept: false });
    expect(guessOf(whole)).toMatchObject({ train: 50_000, test: 10_000, side: 32, recipe: 'cifar10' });
  });

  it.each(HUB_SETS.map(({ id }) => id))('of %s brings its own preset and recipe', (set) => {
    const source = sourceOf(firstOrder(hubSet(set)), true);
    expect(presetDataOf(source)).toBe(set);
    expect(guessOf(source)).toMatchObject({ recipe: set, words: hubSet(set).label });
  });

  it('travels in links and in the files of sweeps, and always as what is kept', () => {
    const { preset, config, engine } = useSettings.getState();
    const source = sourceOf({ ...order, side: 48 }, false);
    const read = settingsOfLink(linkOf({ preset, config, engine, source }));
    expect(read.source).toEqual({ ...source, kept: true });
    const systems = [{ system: config.system }];
    const text = sweepFileText({ order: { systems, budgets: [0.3], seeds: [1], config }, data: source });
    const { kept: _, ...data } = source;
    expect(parseSweepFile(text).data).toEqual(data);
  });
});

describe('the pace of a download', () => {
  it('is that of the last five seconds', () => {
    let pace: Pace = [];
    expect(rateOf(pace)).toBeNull();
    for (let second = 0; second <= 10; second++) {
      // The download is slow at first. Later it runs at 3 kB a second.
      pace = paced(pace, second < 5 ? second : 3000 * (second - 5) + 5, 1000 * second);
    }
    expect(pace.map(({ at }) => at)).toEqual([5000, 6000, 7000, 8000, 9000, 10_000]);
    expect(rateOf(pace)).toBe(3000);
  });

  it('is not known by one moment', () => {
    expect(rateOf(paced([], 500, 40))).toBeNull();
  });
});

describe('what is kept of a data set', () => {
  it('stands where it stood when it could not be deleted, and the page says why', () => {
    const sizes = { cifar10: 9, cifar100: 0, stl10: 0, imagenet100: 0 };
    useHub.getState().askToClear('cifar10');
    useHub.getState().clear(true);
    worker.tell({ kind: 'complaint', message: 'CIFAR-10 could not be deleted: another tab is using it.' });
    worker.tell({ kind: 'kept', sizes });
    expect(useHub.getState()).toMatchObject({ kept: sizes, clearing: null, phase: { kind: 'idle' } });
    expect(useHub.getState().complaint).toBe('CIFAR-10 could not be deleted: another tab is using it.');
  });
});
