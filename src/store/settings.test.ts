import { beforeEach, describe, expect, it } from 'vitest';
import { WHOLE } from '../data/files.ts';
import { PRESETS } from '../presets.ts';
import { changedFields, faults, useSettings } from './settings.ts';

beforeEach(() => useSettings.setState(useSettings.getInitialState()));

describe('settings', () => {
  it('start as a preset, without deviations or faults', () => {
    const state = useSettings.getState();
    expect(PRESETS.map(({ id }) => id)).toContain(state.preset);
    expect(changedFields(state)).toEqual([]);
    expect(faults(state)).toEqual([]);
  });

  it('name what differs from the preset, and restore takes it back but keeps seed and method', () => {
    const { change, restore } = useSettings.getState();
    change('width', 12);
    change('separateBn', false);
    change('seed', 77);
    change('system', 'vicreg');
    expect(changedFields(useSettings.getState())).toEqual(['width', 'separateBn']);
    restore();
    expect(changedFields(useSettings.getState())).toEqual([]);
    expect(useSettings.getState().config).toMatchObject({ seed: 77, system: 'vicreg' });
  });

  it('say why a run cannot start', () => {
    const { change, chooseSource } = useSettings.getState();
    change('width', 10);
    chooseSource({ kind: 'files', ...WHOLE, train: [], test: [] });
    const reasons = faults(useSettings.getState());
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toMatch(/multiple of 4.*got 10/);
    expect(reasons[1]).toMatch(/training file/);
  });
});
