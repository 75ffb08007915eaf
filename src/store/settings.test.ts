import { beforeEach, describe, expect, it } from 'vitest';
import { WHOLE } from '../data/formats/files.ts';
import { PRESETS, presetFor } from '../presets.ts';
import { alone, dataOf } from './data/files.ts';
import { sideOf } from './data/source.ts';
import {
  changedFields,
  elsewhereNote,
  faults,
  missingText,
  smallestRatioOf,
  useSettings,
} from './settings.ts';

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
    change('width', 2.5);
    chooseSource({ kind: 'files', ...WHOLE, train: [], test: [] });
    const reasons = faults(useSettings.getState());
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toMatch(/whole number.*got 2.5/);
    expect(reasons[1]).toMatch(/training file/);
  });

  const records = (name: string) => dataOf([alone(new File([new Uint8Array(3073)], name))]);

  it('take the preset of the data that come along, and keep numbers that were changed by hand', () => {
    const { chooseSource, change } = useSettings.getState();
    change('seed', 9);
    for (const [name, recipe] of [
      ['unlabeled_X.bin', 'stl10'],
      ['cifar-100-binary.tar.gz', 'cifar100'],
      ['photos.zip', 'imagenet100'],
      ['data_batch_1.bin', 'cifar10'],
    ] as const) {
      chooseSource(records(name));
      const { preset, config } = useSettings.getState();
      expect(preset, name).toBe(presetFor(recipe).id);
      expect(config).toEqual({ ...presetFor(recipe).config, seed: 9 });
    }
    change('width', 12);
    chooseSource(records('unlabeled_X.bin'));
    expect(useSettings.getState()).toMatchObject({ preset: 'photos', config: { width: 12 } });
  });

  it('wait for the images of a preset that was chosen first, and keep it when they come', () => {
    const { chooseSource, choosePreset } = useSettings.getState();
    choosePreset('paper');
    expect(useSettings.getState().missing).toBe('cifar10');
    expect(missingText(useSettings.getState())).toBe(
      'The preset “CIFAR-10, the paper” is for CIFAR-10, and Emoji-10 is chosen.',
    );
    chooseSource(records('data_batch_1.bin'));
    expect(useSettings.getState()).toMatchObject({ preset: 'paper', missing: null, elsewhere: false });
    expect(missingText(useSettings.getState())).toBeNull();
    // The embedded images need no asking.
    choosePreset('emoji');
    expect(useSettings.getState()).toMatchObject({ missing: null, source: { kind: 'emoji10' } });
  });

  it('train a preset’s settings on other images only when that is said, and say it of the run', () => {
    const { choosePreset, chooseSource, trainElsewhere } = useSettings.getState();
    choosePreset('photos');
    expect(elsewhereNote(useSettings.getState())).toBe('');
    trainElsewhere();
    expect(useSettings.getState()).toMatchObject({ preset: 'photos', missing: null });
    expect(elsewhereNote(useSettings.getState())).toBe('Settings of “CIFAR-10, minutes”, on Emoji-10');
    choosePreset('stl10');
    expect(useSettings.getState()).toMatchObject({ missing: 'stl10', elsewhere: false });
    chooseSource({ kind: 'emoji10', test: 'same-styles' });
    expect(useSettings.getState().missing).toBeNull();
  });

  it('keep a paper’s preset while other files of its data set are chosen', () => {
    const { chooseSource, choosePreset } = useSettings.getState();
    chooseSource(records('data_batch_1.bin'));
    choosePreset('paper');
    chooseSource(records('data_batch_2.bin'));
    expect(useSettings.getState().preset).toBe('paper');
  });

  it('let the budget’s marker follow the side: the 7×7 stem costs a narrow network dear', () => {
    const { config } = presetFor('stl10');
    const { chooseSource, changeSampling } = useSettings.getState();
    chooseSource(records('unlabeled_X.bin'));
    const smallest = (width: number) =>
      smallestRatioOf({ ...config, width }, sideOf(useSettings.getState().source));
    // Method §4 gives these smallest reachable ratios of the 7×7 stem at widths 8, 16, 32 and 64.
    for (const [width, ratio] of [
      [8, 0.365],
      [16, 0.227],
      [32, 0.133],
      [64, 0.076],
    ] as const)
      expect(smallest(width)).toBeCloseTo(ratio, 3);
    changeSampling({ side: 32 });
    expect(smallest(8)).toBeCloseTo(0.034, 3);
  });

  it('change how much of files is read, but nothing of the embedded set', () => {
    const { chooseSource, changeSampling } = useSettings.getState();
    changeSampling({ side: 48 });
    expect(useSettings.getState().source).toEqual(useSettings.getInitialState().source);
    chooseSource(records('a.bin'));
    changeSampling({ side: 48 });
    changeSampling({ limits: { train: 5, test: null } });
    expect(useSettings.getState().source).toMatchObject({ side: 48, limits: { train: 5, test: null } });
  });
});
