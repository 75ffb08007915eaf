import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { newRun } from './run.ts';
import { differencesToNext, takeOverSettings } from './thisRun.ts';

beforeEach(() => {
  usePlayground.setState(usePlayground.getInitialState());
  useSettings.setState(useSettings.getInitialState());
});

describe('the run on the page beside the next run', () => {
  const run = newRun('r', { ...DEFAULT_CONFIG, steps: 30, batch: 16 }, { kind: 'opened', file: 'a.json' });
  const labels = () =>
    differencesToNext(usePlayground.getState().run, useSettings.getState()).map(({ label }) => label);

  it('differs in what was set otherwise, and in a budget that was moved', () => {
    expect(labels()).toEqual([]);
    usePlayground.setState({ run: { ...run, budget: 0.5 } });
    expect(labels().toSorted()).toEqual(['Batch', 'Budget t_d', 'Steps']);
  });

  it('hands its settings and images over, and then differs in nothing', () => {
    usePlayground.setState({
      run: { ...run, budget: 0.5 },
      source: { kind: 'emoji10', test: 'same-styles' },
    });
    takeOverSettings();
    expect(labels()).toEqual([]);
    expect(useSettings.getState()).toMatchObject({
      source: { test: 'same-styles' },
      config: { steps: 30, batch: 16, budget: 0.5 },
    });
  });
});
