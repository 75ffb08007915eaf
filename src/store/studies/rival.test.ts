import { afterEach, describe, expect, it, vi } from 'vitest';
import { networkOf } from '../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { planSweep } from '../../run/sweep/sweepPlan.ts';
import { endedRun } from '../runs/runs.fixture.ts';
import { sectionsOf } from '../runs/runsTable.ts';
import { useSettings } from '../settings.ts';
import { rivalOf, trainRival } from './rival.ts';
import { useSweep } from './sweep.ts';

const config = { system: 'dual-gating', budget: 0.3 } as const;
const { denseMacs } = networkOf(DEFAULT_CONFIG, 32);
const gated = (seed: number, changes = {}) => endedRun({ ...config, seed }, 5, { denseMacs, ...changes });
const unseen = { kind: 'emoji10', test: 'unseen-style' } as const;
const other = { kind: 'emoji10', test: 'same-styles' } as const;

function rivalIn(...runs: Parameters<typeof sectionsOf>[0]) {
  const [{ rows }] = sectionsOf(runs, 'knn20') as [ReturnType<typeof sectionsOf>[number]];
  return rivalOf(rows.find(({ branch }) => branch === 'gated')!, rows, other);
}

afterEach(() => vi.restoreAllMocks());

describe('the small dense rival of gated runs', () => {
  it('is dense VICReg of the width nearest to t_d, with their seeds, settings, images and steps', () => {
    const { small, order, source } = rivalIn(gated(1), gated(4))!;
    expect([small.width, small.share.toFixed(2), source]).toEqual([4, '0.26', unseen]);
    const runs = planSweep(order, 32).map((run) => run.config);
    expect(runs.map(({ system, width, seed }) => [system, width, seed])).toEqual([
      ['vicreg', 4, 1],
      ['vicreg', 4, 4],
    ]);
    expect(runs[0]!.steps).toBe(DEFAULT_CONFIG.steps);
    const narrow = endedRun(runs[0]!, 6, { denseMacs: networkOf(runs[0]!, 32).denseMacs });
    expect(rivalIn(gated(1), gated(4), narrow)!.order.seeds).toEqual([4]);
    expect(rivalIn(gated(1), narrow)).toBeNull();
  });

  it('is not offered beside other rows, runs that ended early, and images that are not at hand', () => {
    const [{ rows }] = sectionsOf([gated(1)], 'knn20') as [ReturnType<typeof sectionsOf>[number]];
    expect(rivalOf(rows.find(({ branch }) => branch === 'dense')!, rows, unseen)).toBeNull();
    expect(rivalIn(gated(1, { stoppedEarly: true }))).toBeNull();
    expect(rivalIn(gated(1, { origin: 'recorded' }))).toBeNull();
    expect(rivalIn(gated(1, { data: { ...gated(1).data, source: 'files a.bin:1 ' } }))).toBeNull();
    expect(rivalIn(gated(1, { denseMacs: 5 }))).toBeNull();
  });

  it('is trained on the images of the runs, by a sweep', () => {
    const start = vi.spyOn(useSweep.getState(), 'start').mockImplementation(() => {});
    useSettings.getState().chooseSource(other);
    const rival = rivalIn(gated(1))!;
    trainRival(rival);
    expect(start).toHaveBeenCalledWith(rival.order);
    expect(useSettings.getState().source).toEqual(unseen);
  });
});
