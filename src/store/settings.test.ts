import { beforeEach, describe, expect, it } from 'vitest';
import { WHOLE } from '../data/files.ts';
import { PRESETS } from '../presets.ts';
import { exportName, sortFiles } from './files.ts';
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

describe('files handed to the page', () => {
  const file = (name: string) => new File(['x'], name);

  it('are a run to look at when it is one JSON file', () => {
    expect(sortFiles([file('run.json')]).kind).toBe('run');
  });

  it('are training and test data by their names, as in the official archive', () => {
    const handed = sortFiles([file('data_batch_1.bin'), file('test_batch.bin'), file('data_batch_2.bin')]);
    expect(handed.kind === 'data' && handed.source.train.map(({ path }) => path)).toEqual([
      'data_batch_1.bin',
      'data_batch_2.bin',
    ]);
    expect(handed.kind === 'data' && handed.source.test.map(({ path }) => path)).toEqual(['test_batch.bin']);
  });

  it('train when there is only one, whatever its name', () => {
    const handed = sortFiles([file('my-test.bin')]);
    expect(handed.kind === 'data' && handed.source.train).toHaveLength(1);
  });

  it('leave the page under a name that says what trained and how far', () => {
    const config = { system: 'dual-gating', width: 8, budget: 0.3, seed: 5 };
    expect(exportName('weights', config, 250)).toBe(
      'dualgate-weights-dual-gating-w8-td0.30-seed5-step250.json',
    );
  });
});
