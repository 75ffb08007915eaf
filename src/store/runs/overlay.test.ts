import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { EMPTY_RECORD, type RunRecord } from '../../run/record.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { OVERLAY_LIMIT, type Overlayable, useOverlay } from './overlay.ts';

const record: RunRecord = { ...EMPTY_RECORD, steps: [stepRow(1), stepRow(2)] };
const run: Overlayable = { config: DEFAULT_CONFIG, record };
const load = async () => run;
const { toggle, clear, rename } = useOverlay.getState();
const shown = () => useOverlay.getState().runs.map(({ id, place }) => `${id} ${place}`);

afterEach(clear);

describe('overlaid runs', () => {
  it('are laid on and taken off by the same call, with their curves only', async () => {
    await toggle('a', 'Run A', load);
    const [first] = useOverlay.getState().runs;
    expect(first).toMatchObject({ id: 'a', name: 'Run A', place: 0, config: DEFAULT_CONFIG });
    expect(first!.record.steps).toHaveLength(2);
    expect(first!.record).not.toHaveProperty('weights');
    await toggle('a', 'Run A', load);
    expect(shown()).toEqual([]);
  });

  it('keep their place while others come and go', async () => {
    for (const id of ['a', 'b', 'c']) await toggle(id, id, load);
    await toggle('b', 'b', load);
    expect(shown()).toEqual(['a 0', 'c 2']);
    await toggle('d', 'd', load);
    expect(shown()).toEqual(['a 0', 'c 2', 'd 1']);
    rename('d', 'Other');
    expect(useOverlay.getState().runs.at(-1)?.name).toBe('Other');
  });

  it('have the colour that the user gave them, also when they are laid on again', async () => {
    await toggle('painted', 'Run A', load);
    expect(useOverlay.getState().runs[0]).not.toHaveProperty('color');
    useOverlay.getState().recolor('painted', '#12ab9f');
    expect(useOverlay.getState().runs[0]!.color).toBe('#12ab9f');
    clear();
    await toggle('painted', 'Run A', load);
    expect(useOverlay.getState().runs[0]!.color).toBe('#12ab9f');
  });

  it('are refused beyond what can be told apart', async () => {
    for (let i = 0; i < OVERLAY_LIMIT; i++) await toggle(`r${i}`, 'r', load);
    await toggle('more', 'more', load);
    expect(shown()).toHaveLength(OVERLAY_LIMIT);
    expect(new Set(useOverlay.getState().runs.map(({ place }) => place)).size).toBe(OVERLAY_LIMIT);
    expect(useOverlay.getState().complaint).toContain('At most 6 runs');
  });

  it('that cannot be read leave nothing but the reason', async () => {
    await toggle('a', 'Run A', () => Promise.reject(new Error('Its file is gone.')));
    await toggle('b', 'Run B', async () => ({ ...run, record: EMPTY_RECORD }));
    const { runs, loading, complaint } = useOverlay.getState();
    expect([runs, [...loading]]).toEqual([[], []]);
    expect(complaint).toBe(
      'Run B could not be laid over the charts. It has no step and no evaluation. Choose another run.',
    );
  });

  it('that are taken off while they are read stay off', async () => {
    let arrive: (value: Overlayable) => void = () => {};
    const reading = toggle('a', 'a', () => new Promise<Overlayable>((resolve) => (arrive = resolve)));
    expect(useOverlay.getState().loading.has('a')).toBe(true);
    await toggle('a', 'a', load);
    arrive(run);
    await reading;
    expect(shown()).toEqual([]);
    const again = toggle('a', 'a', () => new Promise<Overlayable>((resolve) => (arrive = resolve)));
    clear();
    await toggle('a', 'a', load);
    arrive(run);
    await again;
    expect(shown()).toEqual(['a 0']);
  });
});
