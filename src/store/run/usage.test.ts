import { describe, expect, it } from 'vitest';
import type { EpochRow, UsageRow } from '../../metrics.ts';
import { newestUsage, usageWords } from './usage.ts';

const channelUsage = [{ block: 'layer1.0', channels: 4, off: 1, on: 2, dependent: 1, open: 0.6 }];
const seen = (step: number): UsageRow => ({ step, images: 32, macRatio: 0.5, channelUsage, open: [] });
const evaluated = (step: number): EpochRow => {
  return { epoch: 1, step, knn20: { gated: 0.5, dense: 0.6 }, macRatio: 0.4, channelUsage };
};

describe('the newest usage of the gates', () => {
  it('is of the later one of evaluations and looks between steps', () => {
    expect(newestUsage({ epochs: [], usage: null })).toBeNull();
    expect(newestUsage({ epochs: [], usage: seen(0) })).toMatchObject({ step: 0, training: null });
    expect(newestUsage({ epochs: [evaluated(20)], usage: seen(19) })).toMatchObject({
      step: 20,
      macRatio: 0.4,
    });
    expect(newestUsage({ epochs: [evaluated(20)], usage: seen(21) })).toMatchObject({
      step: 21,
      training: 32,
    });
    // A system without gates is evaluated too.
    expect(newestUsage({ epochs: [{ ...evaluated(20), channelUsage: [] }], usage: null })).toBeNull();
  });

  it('says what it was seen on, and that early ones are not settled', () => {
    const words = (usage: UsageRow | null, epochs: EpochRow[] = []) =>
      usageWords(newestUsage({ epochs, usage })!, 1);
    expect(words(seen(0))).toBe('untrained network, test images');
    expect(words(seen(5))).toBe('32 training images, step 5, running statistics still settling');
    expect(words(seen(25))).toBe('32 training images, step 25');
    expect(words(null, [evaluated(20)])).toBe('average over test images, epoch 2');
  });
});
