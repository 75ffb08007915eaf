import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { Ready } from '../../run/protocol.ts';
import { newRun, type Origin, type RunState } from '../run/run.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { expectedSystem, onSameImages } from './expected.ts';

const DATA = { name: 'Emoji-10', train: 5000, test: 1000, bank: null, size: 32, stepsPerEpoch: 78 };

function readyWith(change: Partial<Ready['data']>): Pick<Ready, 'data'> {
  const data = { ...DATA, classes: [], recipe: 'cifar10' as const, ...change };
  return { data };
}

function runOf(origin: Origin, steps = [stepRow(1)], ready = readyWith({})): RunState {
  const blank = newRun('a', { ...DEFAULT_CONFIG, system: 'vicreg' }, origin);
  // The rest of what a session says of its data and network does not matter here.
  return { ...blank, record: { ...blank.record, ready: ready as Ready, steps } };
}

const BY_PROJECT = { system: 'vicreg', on: '2026-11-29', device: 'x', project: '0.1.0' } as const;

it('is fetched for runs trained here or opened, once they have a step, on the images of the recorded ones', () => {
  expect(expectedSystem(runOf({ kind: 'here' }))).toBe('vicreg');
  expect(expectedSystem(runOf({ kind: 'opened', file: 'a.json' }))).toBe('vicreg');
  expect(expectedSystem(null)).toBeNull();
  expect(expectedSystem(runOf({ kind: 'recorded', file: 'a', byProject: BY_PROJECT }))).toBeNull();
  expect(expectedSystem(runOf({ kind: 'here' }, []))).toBeNull();
  expect(expectedSystem(newRun('a', DEFAULT_CONFIG, { kind: 'here' }))).toBeNull();
  expect(expectedSystem(runOf({ kind: 'here' }, [stepRow(1)], readyWith({ name: 'CIFAR-10' })))).toBeNull();
});

it('is drawn for the same images only: by their fingerprint, or by name and numbers without one', () => {
  const [a, b] = ['a', 'b'].map((fingerprint) => readyWith({ fingerprint }));
  expect(onSameImages(a!, readyWith({ fingerprint: 'a', train: 4000 }))).toBe(true);
  expect(onSameImages(a!, b!)).toBe(false);
  expect(onSameImages(a!, readyWith({}))).toBe(true);
  expect(onSameImages(a!, readyWith({ train: 1000 }))).toBe(false);
  expect(onSameImages(readyWith({}), null)).toBe(false);
});
