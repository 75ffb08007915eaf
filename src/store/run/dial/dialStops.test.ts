import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import { applyEvent, newRun } from '../run.ts';
import { stepRow } from '../stepRow.fixture.ts';
import { inventedDial } from './dial.fixture.ts';
import { asTrained, gatesAt, nearestStop, stopsOf } from './dialStops.ts';
import type { Dial, DialPoint } from './onDial.ts';

const config = { ...DEFAULT_CONFIG, system: 'dual-gating' as const, budget: 0.35 };
const dial = inventedDial(config, 1, [0.1, 0.3, 0.5, 1]);
const bare = newRun('a', config, { kind: 'here' });
const run = applyEvent(bare, { kind: 'steps', run: 'a', rows: [stepRow(1)] });

it('a place of the dial has gates where it shifts them, not where it moves a width', () => {
  const point = dial.points[1]!;
  expect(gatesAt({ dial, point })).toEqual({ budget: 0.3, gateShift: 4 * (0.3 - 0.4) });
  expect(gatesAt({ dial, point: { ...point, setting: { kind: 'width', width: 0.5 } } })).toBeNull();
  expect(gatesAt(null)).toBeNull();
});

describe('the stops of a dial', () => {
  it('are its points and the run as it was trained, in their order', () => {
    expect(stopsOf(run, dial).map(({ place, point }) => [place, point?.budget ?? null])).toEqual([
      [0.1, 0.1],
      [0.3, 0.3],
      [0.35, null],
      [0.5, 0.5],
      [1, 1],
    ]);
  });

  it('of a slimmable network have the trained full width once', () => {
    const slim = newRun('a', { ...config, system: 'slimmable' }, { kind: 'here' });
    const point = (budget: number, width: number): DialPoint => ({
      ...dial.points[0]!,
      ...{ budget, setting: { kind: 'width', width } },
    });
    const widths: Dial = { ...dial, points: [point(0.1, 0.3), point(1, 1)] };
    expect(stopsOf(slim, widths).map(({ place, point }) => [place, point === null])).toEqual([
      [0.1, false],
      [1, true],
    ]);
  });

  it('draw the slider to the nearest one, and to a point rather than to the trained run', () => {
    const stops = stopsOf(run, dial);
    const nearest = (place: number) => stops[nearestStop(stops, place)]!.place;
    expect([0, 0.19, 0.21, 0.36, 0.74, 0.76].map(nearest)).toEqual([0.1, 0.1, 0.3, 0.35, 0.5, 1]);
    const same = stopsOf({ ...run, budget: 0.3 }, dial);
    expect(same[nearestStop(same, 0.3)]!.point?.budget).toBe(0.3);
  });
});

it('the run as it was trained is known by its evaluation of that step alone', () => {
  const row = {
    ...{ epoch: 0, step: 1, knn20: { gated: 0.35, dense: 0.45 }, macRatio: 0.37 },
    channelUsage: dial.points[0]!.channelUsage,
  };
  const unknown = { macRatio: null, knn20: null, standardError: null };
  expect(asTrained(run, dial)).toEqual(unknown);
  const evaluated = applyEvent(run, { kind: 'epoch', run: 'a', row });
  expect(asTrained(evaluated, dial)).toEqual({ macRatio: 0.37, knn20: 0.35, standardError: null });
  expect(asTrained(evaluated, { ...dial, step: 2 })).toEqual(unknown);
});
