import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DIAL_BUDGETS } from '../../laboratory/door/dialOrder.ts';
import type { LaboratoryCommand, LaboratoryEvent } from '../../laboratory/door/protocol.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { curveOf } from '../../run/dial.ts';
import { summaryOf } from '../../run/sets/runSummary.ts';
import { usePlayground } from '../playground.ts';
import { inventedDial } from '../run/dial/dial.fixture.ts';
import { newRun, type Ready, type RunState } from '../run/run.ts';
import { useShown } from '../run/shown.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { useRuns } from '../runs/runs.ts';
import { calibrate, calibrateEnded, dialOrder, dialPlace, isSmallBesideTraining, turnDial } from './dial.ts';
import { useLaboratory } from './laboratory.ts';

const ScriptedWorker = scriptedWorker<LaboratoryEvent>();
const bench = () => ScriptedWorker.named('laboratory').at(-1)!;
const told = () => bench().told as LaboratoryCommand[];
const lastId = () => told().findLast((command) => command.kind === 'order')!.id;

const network = networkOf(DEFAULT_CONFIG, 32);
const ready: Ready = {
  ...{ config: DEFAULT_CONFIG, engine: null, network: { ...network, stemMacs: network.stem.macs } },
  data: {
    ...{ name: 'none', train: 20, test: 12, bank: null, size: 32, classes: [], recipe: 'cifar10' },
    stepsPerEpoch: 1,
  },
  mapImages: { count: 4, pixels: new Uint8Array(0), labels: new Uint8Array(4) },
};
const weights = tinyWeights();
let runs = 0;
function run(changes: Partial<RunState> = {}, record: Partial<RunState['record']> = {}): RunState {
  const blank = newRun(`dial-${++runs}`, DEFAULT_CONFIG, { kind: 'opened', file: 'a.json' });
  return {
    ...blank,
    state: 'finished',
    ...changes,
    record: { ...blank.record, ready, weights, steps: [stepRow(1), stepRow(2)], ...record },
  };
}
const dial = inventedDial(DEFAULT_CONFIG, 2, [0.1, 1]);
const orders = () => told().flatMap((command) => (command.kind === 'order' ? [command.order.kind] : []));

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  useLaboratory.setState({ orders: {}, findings: {} });
  usePlayground.setState({ run: null, source: { kind: 'emoji10', test: 'same-styles' } });
});
afterEach(() => {
  usePlayground.setState({ run: null });
  vi.unstubAllGlobals();
});

describe('the place of a dial', () => {
  const kind = (state: RunState) => dialPlace(state)?.kind;

  it('has a dial that the record has, of this step only, and else the way to one', () => {
    expect(kind(run({}, { dial }))).toBe('ready');
    expect(kind(run({}, { dial: { ...dial, step: 1 } }))).toBe('possible');
    expect(kind(run({ origin: { kind: 'here' }, state: 'paused' }, { weights: null }))).toBe('possible');
  });

  it('says why dense networks, slices and runs without weights have none', () => {
    const why = (state: RunState) => JSON.stringify(dialPlace(state));
    expect(why(run({ config: { ...DEFAULT_CONFIG, system: 'vicreg' } }))).toContain('serves one budget only');
    expect(why(run({}, { weights: null }))).toContain('neither weights nor a calibrated dial');
    const cut = tinyWeights({ inner: tinyWeights().architecture.inner ?? [] });
    expect(why(run({}, { weights: cut }))).toContain('are a slice');
  });

  it('is empty while a run trains, and for a recording without a dial', () => {
    expect(dialPlace(run({ origin: { kind: 'here' }, state: 'training' }))).toBeNull();
    const byProject = { system: DEFAULT_CONFIG.system, on: '', device: '', project: '' };
    const origin = { kind: 'recorded', file: 'a.json', byProject } as const;
    expect(dialPlace(run({ origin }, { weights: null }))).toBeNull();
    expect(dialPlace(run({ origin }, { weights: null, dial }))?.kind).toBe('ready');
  });
});

describe('the order of a dial', () => {
  it('asks for the grid, measured and drawn as the run’s own evaluations', () => {
    const layout = { epoch: 0, step: 2, projection: 'umap', neighbours: 7, xy: new Float32Array(8) } as const;
    const order = dialOrder(run({}, { maps: { dense: layout } }));
    expect(order).toMatchObject({ budgets: DIAL_BUDGETS, step: 2, sample: null });
    expect(order.map).toMatchObject({ images: 4, umap: { neighbours: 7 }, target: layout.xy });
    const bounded = dialOrder(run({ config: { ...DEFAULT_CONFIG, evaluationShare: 0.1, seed: 5 } }));
    expect([bounded.shuffle, bounded.map?.umap]).toEqual([5, null]);
    expect(dialOrder(run({ config: { ...DEFAULT_CONFIG, evaluationShare: 1 } })).shuffle).toBeNull();
  });

  it('takes a sample of large sets, and draws nothing where no map image is known', () => {
    const large = { ...ready, data: { ...ready.data, train: 50_000, test: 10_000 } };
    expect(dialOrder(run({}, { ready: large })).sample).toEqual({ bank: 5000, test: 1000 });
    const bare = { ...ready, mapImages: { ...ready.mapImages, count: 0 } };
    expect(dialOrder(run({}, { ready: bare })).map).toBeNull();
  });
});

describe('a calibration', () => {
  it('puts the dial into the run, where it can be turned and left', async () => {
    usePlayground.setState({ run: run() });
    const done = calibrate();
    bench().say({ kind: 'done', id: lastId(), outcome: { kind: 'dial', dial, seconds: 1 } });
    await done;
    expect(usePlayground.getState().run?.record.dial).toBe(dial);
    turnDial(dial.points[0]!);
    expect(useShown.getState().run?.record.epochs.at(-1)?.macRatio).toBe(dial.points[0]!.macRatio);
    turnDial(null);
    expect(useShown.getState()).toMatchObject({ turned: null, run: usePlayground.getState().run });
  });

  it('joins the result of an ended run among those that are compared', async () => {
    const final = {
      ...{ knn20: { gated: 0.4, dense: 0.5, rawPixels: 0.2, untrained: { gated: null, dense: null } } },
      ...{ ridge: null, correct: {}, imagesPerSecond: 1 },
      macs: { dense: 2, gated: 1, ratio: 0.5, reduction: 0.5 },
    };
    const ended = run({}, { final });
    const shelved = summaryOf({ ...ended, source: null, seconds: 5, endedOn: null })!;
    await useRuns.getState().add([shelved], 'here', 'a');
    usePlayground.setState({ run: ended });
    const done = calibrate();
    bench().say({ kind: 'done', id: lastId(), outcome: { kind: 'dial', dial, seconds: 1 } });
    await done;
    const withDial = { ...shelved, origin: 'here', keptRuns: ['a'], dial: curveOf(dial) };
    await vi.waitFor(() => expect(useRuns.getState().own).toEqual([withDial]));
    useRuns.getState().remove(shelved.id);
  });

  it('of a run that has trained on, or is gone, is lost', async () => {
    usePlayground.setState({ run: run() });
    const done = calibrate();
    usePlayground.setState({ run: run() });
    bench().say({ kind: 'done', id: lastId(), outcome: { kind: 'dial', dial, seconds: 1 } });
    await done;
    expect(usePlayground.getState().run?.record.dial).toBeNull();
  });

  it('begins by itself only where it costs no more than the training did', () => {
    // Ten points on the 6,000 images of Emoji-10 are 60,000 passes; a step of 64 images in two views, forward
    // and backward, is 384.
    const emoji = { ...ready, data: { ...ready.data, train: 5000, test: 1000 } };
    const after = (steps: number) =>
      isSmallBesideTraining(run({}, { ready: emoji, steps: [stepRow(steps)] }));
    expect([after(156), after(157)]).toEqual([false, true]);
    usePlayground.setState({ run: run({}, { ready: emoji }) });
    const given = orders().length;
    calibrateEnded(usePlayground.getState().run!.run);
    expect(orders()).toHaveLength(given);
  });

  it('after the end of a run gives way to other orders, and begins anew after them', async () => {
    const ended = run();
    usePlayground.setState({ run: ended });
    calibrateEnded(ended.run);
    const first = lastId();
    void useLaboratory.getState().carryOut({ kind: 'parity' });
    expect(told().filter(({ kind }) => kind === 'cancel')).toEqual([{ kind: 'cancel', id: first }]);
    bench().say({ kind: 'cancelled', id: first });
    await vi.waitFor(() => expect(useLaboratory.getState().orders.dial?.phase.kind).toBe('cancelled'));
    await new Promise((resume) => setTimeout(resume));
    const given = orders().length;
    bench().say({ kind: 'cancelled', id: lastId() });
    await vi.waitFor(() => expect(orders().slice(given)).toEqual(['dial']));
    bench().say({ kind: 'cancelled', id: lastId() });
    await new Promise((resume) => setTimeout(resume));
    expect(orders().slice(given)).toEqual(['dial']);
  });
});
