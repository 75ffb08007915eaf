import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { RunSet } from './runSetFile.ts';
import { mergedSets, shardOf } from './runSetMerge.ts';
import type { RunSummary } from './runSummary.ts';

const run = (id: string, source = 'emoji10'): RunSummary => ({
  ...{ id, endedOn: null, config: DEFAULT_CONFIG, engine: 'wasm', steps: 5 },
  data: { name: 'Emoji-10', source, train: 100, test: 10 },
  ...{ stoppedEarly: false, budgetMoved: false, denseMacs: 1000, branches: [], rawPixels: 0.2 },
  ...{ imagesPerSecond: 10, seconds: null },
});
const setOf = (recordedOn: string, ...runs: RunSummary[]): RunSet => ({
  ...{ format: 'dualgate-runs', version: 1, recordedOn, engine: 'auto', runs },
});
const ids = ({ runs }: RunSet) => runs.map(({ id }) => id);

it('keeps the order, and a run that is in several sets once', () => {
  const merged = mergedSets(setOf('x', run('b'), run('a')), setOf('x', run('a'), run('c')), setOf('x'));
  expect(ids(merged)).toEqual(['b', 'a', 'c']);
});

it('keeps equal results on other data', () => {
  expect(ids(mergedSets(setOf('x', run('a')), setOf('x', run('a', 'others'))))).toEqual(['a', 'a']);
});

it('keeps equal results on images that have equal names and sizes, and takes old runs as before', () => {
  const on = (images: string) => ({ ...run('a'), data: { ...run('a').data, images } });
  const merged = mergedSets(
    setOf('x', on('first')),
    setOf('x', on('second'), on('first')),
    setOf('x', run('a')),
  );
  expect(merged.runs.map(({ data }) => data.images)).toEqual(['first', 'second']);
  expect(ids(mergedSets(setOf('x', run('a')), setOf('x', on('first'))))).toEqual(['a']);
});

it('names every machine once', () => {
  const both = mergedSets(setOf('x'), setOf('y'), setOf('x'));
  expect(mergedSets(both, setOf('y')).recordedOn).toBe('x; y');
});

it('deals every run to one shard, also when there are more shards than runs', () => {
  for (const [runs, count] of [
    [24, 8],
    [7, 3],
    [2, 5],
    [0, 1],
  ] as const) {
    const plan = Array.from({ length: runs }, (_, i) => i);
    const shards = Array.from({ length: count }, (_, i) => shardOf(plan, { index: i + 1, count }));
    expect(shards.flat().toSorted((a, b) => a - b)).toEqual(plan);
    expect(Math.max(...shards.map((shard) => shard.length))).toBe(Math.ceil(runs / count));
  }
});
