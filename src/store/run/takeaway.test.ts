import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FromWorker } from '../../exchange/door/protocol.ts';
import type { LaboratoryCommand, LaboratoryEvent, Outcome } from '../../laboratory/door/protocol.ts';
import { nextTask } from '../../link/nextTask.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../playground.ts';
import { useLaboratory } from '../studies/laboratory.ts';
import { newRun, type RunState } from './run.ts';
import type { Download } from './runFiles.ts';
import { stepRow } from './stepRow.fixture.ts';
import { takeFeatures, takeSlice } from './takeaway.ts';

const ScriptedWorker = scriptedWorker<LaboratoryEvent | FromWorker>();
const weights = tinyWeights();
let runs = 0;

/** A run after so many steps. Its weights have not been handed out yet. */
function trained(steps: number): RunState {
  const blank = newRun(`takeaway-${++runs}`, DEFAULT_CONFIG, { kind: 'here' });
  const ready = {} as NonNullable<RunState['record']['ready']>;
  return { ...blank, state: 'training', record: { ...blank.record, ready, steps: rows(steps) } };
}

const rows = (steps: number) => Array.from({ length: steps }, (_, i) => stepRow(i + 1));

/** Lets the session reach this step and hand out its weights. */
function handOut(run: RunState, steps: number): void {
  usePlayground.setState({ run: { ...run, record: { ...run.record, steps: rows(steps) } } });
  usePlayground.setState({
    run: { ...run, budget: 0.25, record: { ...run.record, steps: rows(steps), weights } },
  });
}

function answer(outcome: Partial<Outcome>): void {
  const bench = ScriptedWorker.named('laboratory').at(-1)!;
  const told = bench.told as LaboratoryCommand[];
  const { id } = told.findLast((command) => command.kind === 'order')!;
  const progress = { task: 'Encoding', done: 1, total: 2, unit: 'images', share: 0.5, remainingMs: 7 };
  bench.say({ kind: 'progress', id, ...progress }, { kind: 'done', id, outcome: outcome as Outcome });
}

const offer = vi.fn(async (_: Promise<Download>) => true);

beforeEach(() => {
  offer.mockClear();
  vi.stubGlobal('Worker', ScriptedWorker);
  useLaboratory.setState({ orders: {}, findings: {} });
  usePlayground.setState({ run: null, offer, source: { kind: 'emoji10', test: 'same-styles' } });
});

afterEach(() => vi.unstubAllGlobals());

it('features are named by the step of their weights, not by that of the click', async () => {
  const run = trained(3);
  usePlayground.setState({ run });
  takeFeatures('test');
  handOut(run, 5);
  // While the laboratory works, training continues, and another run may even replace it on the page.
  usePlayground.setState({ run: { ...run, record: { ...run.record, steps: rows(9) } } });
  usePlayground.setState({ run: trained(1) });
  answer({ kind: 'features', file: new Blob() });
  expect(useLaboratory.getState().orders.features?.subject.step).toBe(5);
  await vi.waitFor(() => expect(offer).toHaveBeenCalledOnce());
  expect((await offer.mock.calls[0]![0]).name).toMatch(/^dualgate-features-.*-td0\.25-.*-step5\.test\.npz$/);
});

it('slices are named by the step of their weights, not by that of the click', async () => {
  const run = trained(3);
  usePlayground.setState({ run });
  takeSlice('never-open', 'json');
  handOut(run, 6);
  usePlayground.setState({ run: { ...run, record: { ...run.record, steps: rows(9) } } });
  answer({ kind: 'slice', form: 'never-open', weights });
  const writer = await vi.waitFor(() => {
    const found = ScriptedWorker.named('exchange').at(-1);
    expect(found).toBeDefined();
    return found!;
  });
  await vi.waitFor(() => expect(writer.told).toHaveLength(1));
  writer.say({ kind: 'done', answer: new Blob() });
  expect((await offer.mock.calls[0]![0]).name).toMatch(
    /^dualgate-sliced-never-open-.*-td0\.25-.*-step6\.json$/,
  );
});

it('slices at a place of the dial take its gates, and their names tell the budget', async () => {
  const run = trained(4);
  usePlayground.setState({ run: { ...run, record: { ...run.record, weights } } });
  takeSlice('frozen', 'safetensors', { budget: 0.3, gateShift: -0.5 });
  const { 'slice frozen': given } = useLaboratory.getState().orders;
  expect(given?.order).toEqual({ kind: 'slice', form: 'frozen', gateShift: -0.5 });
  const asked = () => ScriptedWorker.named('exchange').flatMap(({ told }) => told).length;
  const before = asked();
  answer({ kind: 'slice', form: 'frozen', weights });
  await vi.waitFor(() => expect(asked()).toBe(before + 1));
  ScriptedWorker.named('exchange').at(-1)!.say({ kind: 'done', answer: new Blob() });
  expect((await offer.mock.calls[0]![0]).name).toMatch(
    /^dualgate-sliced-frozen-dial0\.3-.*-step4\.safetensors$/,
  );
});

it('weights that are there already are those of the click', async () => {
  const run = trained(4);
  usePlayground.setState({ run: { ...run, record: { ...run.record, weights } } });
  takeFeatures('train');
  answer({ kind: 'features', file: new Blob() });
  await vi.waitFor(() => expect(offer).toHaveBeenCalledOnce());
  expect((await offer.mock.calls[0]![0]).name).toMatch(/-step4\.train\.npz$/);
});

it('what was cancelled is not offered', async () => {
  usePlayground.setState({ run: trained(4) });
  takeFeatures('train');
  useLaboratory.getState().cancel('features');
  usePlayground.setState({ run: null });
  await nextTask();
  expect(offer).not.toHaveBeenCalled();
});
