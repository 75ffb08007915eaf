import { describe, expect, it } from 'vitest';
import { GateWatch } from './gateWatch.ts';

describe('looks at the gates', () => {
  it('come after the least time, and cost no more than a fiftieth', () => {
    const watch = new GateWatch(1000, 500);
    expect([watch.isDue(1499), watch.isDue(1500)]).toEqual([false, true]);
    watch.looked(1500, 1510);
    expect([watch.isDue(2509), watch.isDue(2510)]).toEqual([false, true]);
    watch.looked(2510, 2610);
    expect([watch.isDue(7609), watch.isDue(7610)]).toEqual([false, true]);
  });

  it('are not made for nobody', () => {
    expect(new GateWatch(Number.POSITIVE_INFINITY, 0).isDue(1e9)).toBe(false);
  });
});
