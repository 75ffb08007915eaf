import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { usePlayground } from '../playground.ts';
import { inventedDial } from './dial/dial.fixture.ts';
import { applyEvent, newRun, type RunState, stepsMade } from './run.ts';
import { crosshairOf, useSelection } from './selection.ts';
import { runAt, useShown } from './shown.ts';
import { stepRow } from './stepRow.fixture.ts';

const map = (step: number): SessionNews => ({
  ...{ kind: 'map', epoch: 0, step, projection: 'umap', neighbours: 15, branch: 'dense' },
  xy: Float32Array.of(step, step),
});
const steps = (from: number, to: number): SessionNews => ({
  kind: 'steps',
  rows: Array.from({ length: to - from + 1 }, (_, i) => stepRow(from + i)),
});
const budget: SessionNews = { kind: 'budget', step: 10, budget: 0.2 };

function told(run: RunState, ...news: SessionNews[]): RunState {
  return news.reduce<RunState>((state, item) => applyEvent(state, { ...item, run: run.run }), run);
}
const blank = (id: string) => newRun(id, { ...DEFAULT_CONFIG, budget: 0.5 }, { kind: 'here' });
const run = told(blank('a'), map(0), steps(1, 10), budget, map(10), steps(11, 20));

beforeEach(() => usePlayground.setState({ run }));
afterEach(() => {
  useShown.getState().look('a', null);
  usePlayground.setState({ run: null });
});

const shown = () => useShown.getState();

describe('the shown run', () => {
  it('is the run itself, until somebody looks back', () => {
    expect(shown()).toMatchObject({ run, step: null });
    shown().look('a', 5);
    expect(stepsMade(shown().run!)).toBe(5);
    expect(shown().run?.record.maps.dense?.step).toBe(0);
    expect(usePlayground.getState().run).toBe(run);
    shown().look('a', null);
    expect(shown().run).toBe(run);
  });

  it('has the budget and the log of then', () => {
    shown().look('a', 9);
    expect([shown().run?.budget, shown().run?.log.length]).toEqual([0.5, 0]);
    shown().look('a', 10);
    expect([shown().run?.budget, shown().run?.log.length]).toEqual([0.2, 1]);
  });

  it('stays at its moment while the run goes on, and redraws nothing', () => {
    shown().look('a', 5);
    const before = shown().run!.record;
    usePlayground.setState({ run: told(run, steps(21, 30), map(30)) });
    const after = shown().run!.record;
    expect(after.steps).toBe(before.steps);
    expect(after.budgets).toBe(before.budgets);
    expect(after.maps).toBe(before.maps);
  });

  it('holds the crosshair of all charts, which keep their length', () => {
    shown().look('a', 5);
    expect([crosshairOf(useSelection.getState()), shown().length]).toEqual([5, 20]);
    usePlayground.setState({ run: told(run, steps(21, 30)) });
    expect([shown().step, shown().length]).toEqual([5, 20]);
    shown().look('a', 6);
    expect([crosshairOf(useSelection.getState()), shown().length]).toEqual([6, 30]);
    usePlayground.setState({ run: told(blank('b'), steps(1, 3)) });
    expect(crosshairOf(useSelection.getState())).toBeNull();
  });

  it('is the present of any other run', () => {
    shown().look('a', 5);
    const other = told(blank('b'), steps(1, 3));
    usePlayground.setState({ run: other });
    expect(shown()).toMatchObject({ run: other, step: null });
  });

  it('can be looked at before it is on the page', () => {
    const other = told(blank('b'), steps(1, 3));
    const seen: number[] = [];
    shown().look('b', 1);
    const stop = useShown.subscribe((state) => seen.push(state.run ? stepsMade(state.run) : -1));
    usePlayground.setState({ run: other });
    stop();
    expect(seen).toEqual([1]);
    shown().look('b', null);
  });
});

describe('the dial', () => {
  const dial = inventedDial(DEFAULT_CONFIG, 20, [0.1, 0.5]);
  const turnedTo = (i: number) => ({ dial, point: dial.points[i]! });
  const spent = () => shown().run?.record.epochs.at(-1)?.macRatio;

  it('shows the run at a budget, until it is left', () => {
    for (const [i, { macRatio, budget }] of dial.points.entries()) {
      shown().turn('a', turnedTo(i));
      expect([spent(), shown().run?.budget, shown().turned?.point]).toEqual([
        macRatio,
        budget,
        dial.points[i],
      ]);
    }
    expect(usePlayground.getState().run).toBe(run);
    shown().turn('a', null);
    expect(shown()).toMatchObject({ run, turned: null });
  });

  it('is left by looking back, and leads back to the present', () => {
    shown().look('a', 5);
    shown().turn('a', turnedTo(0));
    expect([shown().step, stepsMade(shown().run!)]).toEqual([null, 20]);
    shown().look('a', 5);
    expect([shown().step, shown().turned]).toEqual([5, null]);
  });

  it('is left when the run trains on, and turns no other run', () => {
    shown().turn('a', turnedTo(0));
    const later = told(run, steps(21, 22));
    usePlayground.setState({ run: later });
    expect(shown()).toMatchObject({ run: later, turned: null });
    const other = told(blank('b'), steps(1, 20));
    usePlayground.setState({ run: other });
    expect(shown()).toMatchObject({ run: other, turned: null });
  });
});

it('a moment after the last step is the present', () => {
  expect(runAt(run, 20)).toBe(run);
  expect(runAt(run, 99)).toBe(run);
});
