import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { estimatedSeconds } from './runTime.ts';

describe('estimatedSeconds', () => {
  const timed = { config: DEFAULT_CONFIG, steps: 100, seconds: 50 };

  it('is in proportion to steps and passes, and knows nothing without a timed run', () => {
    expect(estimatedSeconds(DEFAULT_CONFIG, [], 32)).toBeNull();
    expect(estimatedSeconds(DEFAULT_CONFIG, [{ ...timed, seconds: null }], 32)).toBeNull();
    expect(estimatedSeconds({ ...DEFAULT_CONFIG, steps: 200 }, [timed], 32)).toBeCloseTo(100);
    const slimClr = { ...DEFAULT_CONFIG, system: 'slimmable', slimForm: 'slimclr' } as const;
    expect(estimatedSeconds({ ...slimClr, steps: 100 }, [timed], 32)).toBeCloseTo(200, 0);
  });

  it('goes by runs of the same system where there are any', () => {
    const dense = { config: { ...DEFAULT_CONFIG, system: 'vicreg' as const }, steps: 100, seconds: 10 };
    expect(estimatedSeconds({ ...DEFAULT_CONFIG, steps: 100 }, [timed, dense], 32)).toBeCloseTo(50);
  });

  it('does not count evaluations as steps: a short run evaluates as well', () => {
    // Five epochs of Emoji-10 at 64 images a second, evaluated four times in 15 seconds each.
    const long = {
      ...{ config: DEFAULT_CONFIG, steps: 390, seconds: 450, imagesPerSecond: 64 },
      data: { train: 5000 },
    };
    expect(estimatedSeconds(DEFAULT_CONFIG, [long], 32)).toBeCloseTo(450);
    // Twenty steps of a second, one evaluation before and one after them.
    expect(estimatedSeconds({ ...DEFAULT_CONFIG, steps: 20 }, [long], 32)).toBeCloseTo(50);
  });

  it('goes by the run whose steps are most alike, and knows that small steps have overhead', () => {
    const large = { config: DEFAULT_CONFIG, steps: 100, seconds: 85 };
    const small = { config: { ...DEFAULT_CONFIG, width: 4, batch: 16 }, steps: 100, seconds: 13 };
    const like = { ...DEFAULT_CONFIG, width: 4, batch: 20, steps: 100 };
    expect(estimatedSeconds(like, [large, small], 32)).toBeLessThan(17);
    // By its arithmetic alone it would be 5.4 seconds.
    expect(estimatedSeconds({ ...small.config, steps: 100 }, [large], 32)).toBeCloseTo(13, 0);
  });
});
