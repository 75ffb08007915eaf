import { describe, expect, it } from 'vitest';
import { bestFloor, measuredPixels } from './metrics.ts';

describe('the line to beat', () => {
  const untrained = { dense: 0.4, gated: 0.3 };
  const pixels = { centred: 0.5, perImage: 0.6, components: 0.55 };

  it('is the best of all floors, in words', () => {
    const floors = { rawPixels: 0.2, untrained, pixels };
    expect(bestFloor(floors)).toEqual({ name: 'pixels less their image’s mean', share: 0.6 });
    const learnt = { ...floors, untrained: { ...untrained, gated: 0.7 } };
    expect(bestFloor(learnt)).toEqual({ name: 'untrained gated', share: 0.7 });
  });

  it('is found among what old files have, and is missing without labels', () => {
    expect(bestFloor({ rawPixels: 0.5, untrained })).toEqual({ name: 'raw pixels', share: 0.5 });
    expect(bestFloor({ rawPixels: null, untrained: { dense: null, gated: null } })).toBeNull();
    expect(measuredPixels({ rawPixels: null })).toEqual([]);
    expect(measuredPixels({ rawPixels: 0.2, pixels }).map(([floor]) => floor)).toEqual([
      ...['rawPixels', 'centred', 'perImage', 'components'],
    ]);
  });
});
