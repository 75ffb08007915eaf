import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LaboratoryCommand, LaboratoryEvent } from '../../laboratory/door/protocol.ts';
import type { SliceOutcome } from '../../laboratory/door/sliceOrder.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../playground.ts';
import { newRun, type RunState } from '../run/run.ts';
import { couldTakeWeights, factsAbout, factsOfNewest, hasWeights } from './findings.ts';
import { useLaboratory } from './laboratory.ts';

const ScriptedWorker = scriptedWorker<LaboratoryEvent>();
const weights = tinyWeights();
const ready = {} as NonNullable<RunState['record']['ready']>;

function run(name: string, record: Partial<RunState['record']>): RunState {
  const blank = newRun(name, DEFAULT_CONFIG, { kind: 'here' });
  return { ...blank, state: 'paused', record: { ...blank.record, ready, ...record } };
}

const SLICE: SliceOutcome = {
  ...{ kind: 'slice', form: 'frozen', weights, inner: [3], channels: [8] },
  ...{ denseMacs: 100, macs: 40, difference: 0, gateShift: 0 },
};

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  useLaboratory.setState({ orders: {}, findings: {} });
  usePlayground.setState({
    run: run('first', { weights }),
    source: { kind: 'emoji10', test: 'same-styles' },
  });
});

afterEach(() => vi.unstubAllGlobals());

/** Lets the laboratory answer its newest order. */
function answer(event: { kind: 'cancelled' } | { kind: 'done'; outcome: SliceOutcome }): void {
  const worker = ScriptedWorker.named('laboratory').at(-1)!;
  const told = worker.told as LaboratoryCommand[];
  worker.say({ id: told.findLast((command) => command.kind === 'order')!.id, ...event });
}

it('what was found stays until there is something newer of its name; a slice without its weights', () => {
  const { run: subject } = usePlayground.getState();
  const { weights: _, ...facts } = SLICE;
  const about = () => factsAbout(useLaboratory.getState(), 'slice frozen', subject);
  expect(about()).toBeNull();
  void useLaboratory.getState().carryOut({ kind: 'slice', form: 'frozen' });
  answer({ kind: 'done', outcome: SLICE });
  expect(about()).toEqual(facts);
  expect(factsAbout(useLaboratory.getState(), 'slice never-open', subject)).toBeNull();
  void useLaboratory.getState().carryOut({ kind: 'slice', form: 'frozen' });
  answer({ kind: 'cancelled' });
  expect(about()).toEqual(facts);
  expect(factsOfNewest(useLaboratory.getState(), 'slice frozen')).toBeNull();
});

it('what was found about weights says nothing of others', () => {
  void useLaboratory.getState().carryOut({ kind: 'slice', form: 'frozen' });
  answer({ kind: 'done', outcome: SLICE });
  const about = (subject: RunState | null) => factsAbout(useLaboratory.getState(), 'slice frozen', subject);
  expect(about(run('second', { weights }))).toBeNull();
  expect(about(run('first', {}))).toBeNull();
  expect(about(null)).toBeNull();
});

it('weights are there when the run has them, and can be taken when it rests', () => {
  expect(hasWeights(null)).toBe(false);
  expect(hasWeights(run('a', {}))).toBe(false);
  expect(hasWeights(run('a', { weights }))).toBe(true);
  expect(couldTakeWeights({ ...run('a', {}), state: 'training' })).toBe(false);
  expect(couldTakeWeights(run('a', {}))).toBe(true);
  expect(couldTakeWeights(run('a', { weights }))).toBe(false);
});
