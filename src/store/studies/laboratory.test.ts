import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MeasuresOrder, MeasuresOutcome } from '../../laboratory/door/measuresOrder.ts';
import type { LaboratoryCommand, LaboratoryEvent } from '../../laboratory/door/protocol.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../playground.ts';
import { newRun, type RunState } from '../run/run.ts';
import { factsOfNewest } from './findings.ts';
import { anyBusy, busy, newestOrder, useLaboratory } from './laboratory.ts';

const ScriptedWorker = scriptedWorker<LaboratoryEvent>();
/** The laboratory's worker, which is the same in all tests. */
const bench = () => ScriptedWorker.named('laboratory').at(-1)!;
const told = () => bench().told as LaboratoryCommand[];

const weights = tinyWeights();
const ready = {} as NonNullable<RunState['record']['ready']>;
let runs = 0;

function run(record: Partial<RunState['record']>): RunState {
  const blank = newRun(`test-${++runs}`, DEFAULT_CONFIG, { kind: 'here' });
  return { ...blank, state: 'paused', record: { ...blank.record, ready, ...record } };
}

function measured(): MeasuresOutcome {
  const data = { name: 'none', train: 0, test: 0, classes: 0, fewest: 0, most: 0 };
  return { kind: 'measures', data, branches: [], measures: [], matryoshka: [], spreads: [], seconds: 1 };
}

const order = (): MeasuresOrder => {
  const left = { linear: false, matryoshka: false, spread: false, floors: false };
  return { kind: 'measures', knn: [], ridge: true, ...left };
};
const phase = () => useLaboratory.getState().orders.measures?.phase;
const lastId = () => told().findLast((command) => command.kind === 'order')!.id;

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  useLaboratory.setState({ orders: {}, findings: {} });
  usePlayground.setState({ run: null, source: { kind: 'emoji10', test: 'same-styles' } });
});

afterEach(() => vi.unstubAllGlobals());

describe('an order on the run’s weights', () => {
  it('goes to the laboratory with the weights and the images of the run, and comes back', () => {
    const { carryOut } = useLaboratory.getState();
    usePlayground.setState({ run: run({ weights }) });
    carryOut(order());
    const [opened, given] = told().slice(-2);
    expect(opened).toMatchObject({ kind: 'open', weights, source: { kind: 'emoji10', test: 'same-styles' } });
    expect(given).toMatchObject({ kind: 'order', order: order() });
    const progress = { task: 'Encoding', done: 1, total: 2, unit: 'images', share: 0.5, remainingMs: 7 };
    bench().say({ kind: 'progress', id: lastId(), ...progress });
    expect(phase()).toEqual({ kind: 'running', progress });
    const outcome = measured();
    bench().say({ kind: 'done', id: lastId(), outcome });
    expect(factsOfNewest(useLaboratory.getState(), 'measures')).toEqual(outcome);
    expect(busy(useLaboratory.getState().orders.measures)).toBe(false);
  });

  it('does not send the same weights twice', () => {
    const { carryOut } = useLaboratory.getState();
    usePlayground.setState({ run: run({ weights }) });
    carryOut(order());
    bench().say({ kind: 'cancelled', id: lastId() });
    const before = told().length;
    carryOut(order());
    expect(
      told()
        .slice(before)
        .map(({ kind }) => kind),
    ).toEqual(['order']);
    bench().say({ kind: 'cancelled', id: lastId() });
    usePlayground.setState({ source: { kind: 'emoji10', test: 'unseen-style' } });
    carryOut(order());
    expect(
      told()
        .slice(-2)
        .map(({ kind }) => kind),
    ).toEqual(['open', 'order']);
  });

  it('waits for weights that the session has still to hand out', () => {
    const takeWeights = vi.spyOn(usePlayground.getState(), 'takeWeights');
    const waiting = run({});
    usePlayground.setState({ run: waiting });
    const before = ScriptedWorker.all.length > 0 ? told().length : 0;
    useLaboratory.getState().carryOut(order());
    expect(phase()).toEqual({ kind: 'waiting' });
    expect(takeWeights).toHaveBeenCalledOnce();
    usePlayground.setState({ run: { ...waiting, record: { ...waiting.record, weights } } });
    expect(phase()).toEqual({ kind: 'running', progress: null });
    expect(
      told()
        .slice(before)
        .map(({ kind }) => kind),
    ).toEqual(['open', 'order']);
  });

  it('is given up when its run is gone before, or when it is cancelled while it waits', () => {
    usePlayground.setState({ run: run({}) });
    useLaboratory.getState().carryOut(order());
    usePlayground.setState({ run: run({ weights }) });
    expect(phase()).toMatchObject({ kind: 'failed', message: expect.stringContaining('gone') });
    const waiting = run({});
    usePlayground.setState({ run: waiting });
    useLaboratory.getState().carryOut(order());
    useLaboratory.getState().cancel('measures');
    usePlayground.setState({ run: { ...waiting, record: { ...waiting.record, weights } } });
    expect(phase()).toEqual({ kind: 'cancelled' });
  });

  it('is one at a time of a kind, and can be cancelled on its way', () => {
    usePlayground.setState({ run: run({ weights }) });
    const { carryOut, cancel } = useLaboratory.getState();
    carryOut(order());
    const before = told().length;
    carryOut(order());
    expect(told()).toHaveLength(before);
    cancel('measures');
    expect(told().at(-1)).toEqual({ kind: 'cancel', id: lastId() });
    bench().say({ kind: 'cancelled', id: lastId() });
    expect(phase()).toEqual({ kind: 'cancelled' });
  });

  it('fails with the worker, and the next one gets a new worker', () => {
    usePlayground.setState({ run: run({ weights }) });
    useLaboratory.getState().carryOut(order());
    bench().crash('out of memory');
    expect(phase()).toMatchObject({ kind: 'failed', message: expect.stringContaining('out of memory') });
    const before = ScriptedWorker.named('laboratory').length;
    useLaboratory.getState().carryOut(order());
    expect(ScriptedWorker.named('laboratory')).toHaveLength(before + 1);
    expect(told().map(({ kind }) => kind)).toEqual(['open', 'order']);
  });

  it('is not taken without a run that has weights to give', () => {
    useLaboratory.getState().carryOut(order());
    usePlayground.setState({ run: { ...run({}), origin: { kind: 'opened', file: 'old.json' } } });
    useLaboratory.getState().carryOut(order());
    expect(useLaboratory.getState().orders).toEqual({});
  });

  it('is carried out on the weights that a failed run has left', () => {
    usePlayground.setState({ run: { ...run({ weights }), state: 'failed' } });
    void useLaboratory.getState().carryOut(order());
    expect(phase()).toEqual({ kind: 'running', progress: null });
    bench().say({ kind: 'cancelled', id: lastId() });
    const lost = run({});
    usePlayground.setState({ run: lost });
    void useLaboratory.getState().carryOut(order());
    usePlayground.setState({ run: { ...lost, state: 'failed' } });
    expect(phase()).toMatchObject({ kind: 'failed', message: expect.stringContaining('gone') });
  });

  it('tells who gave it how it ended: with the run whose weights it was about, or with nothing', async () => {
    const subject = run({ weights });
    usePlayground.setState({ run: subject });
    const done = useLaboratory.getState().carryOut(order());
    // Another run may replace it on the page while the laboratory works.
    usePlayground.setState({ run: run({}) });
    bench().say({ kind: 'done', id: lastId(), outcome: measured() });
    expect(await done).toEqual({ outcome: measured(), run: subject });
    usePlayground.setState({ run: run({ weights }) });
    const cancelled = useLaboratory.getState().carryOut(order());
    const second = useLaboratory.getState().carryOut(order());
    bench().say({ kind: 'cancelled', id: lastId() });
    expect(await Promise.all([cancelled, second])).toEqual([null, null]);
    usePlayground.setState({ run: run({}) });
    const waiting = useLaboratory.getState().carryOut(order());
    useLaboratory.getState().cancel('measures');
    usePlayground.setState({ run: null });
    expect(await waiting).toBeNull();
  });

  it('of another name goes beside it; of several, the newest is the one to show', () => {
    usePlayground.setState({ run: run({ weights }) });
    const { carryOut } = useLaboratory.getState();
    void carryOut({ kind: 'slice', form: 'frozen' });
    void carryOut({ kind: 'slice', form: 'never-open' });
    expect(anyBusy(useLaboratory.getState(), ['slice'])).toBe(true);
    expect(anyBusy(useLaboratory.getState(), ['masks', 'measures'])).toBe(false);
    expect(newestOrder(useLaboratory.getState(), ['slice', 'masks'])?.order).toEqual({
      kind: 'slice',
      form: 'never-open',
    });
    expect(newestOrder(useLaboratory.getState(), ['masks'])).toBeNull();
    bench().say({ kind: 'cancelled', id: lastId() - 1 }, { kind: 'cancelled', id: lastId() });
    expect(anyBusy(useLaboratory.getState(), ['slice'])).toBe(false);
  });
});
