import { describe, expect, it } from 'vitest';
import { tensorValues } from '../network/weights.ts';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

/** All numbers of a row, also those of its parts. */
function numbersIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap(numbersIn);
}

describe('a whole run', () => {
  it('tells of itself in order: ready, floors, usage, steps, epoch, steps, epoch, weights, finished', async () => {
    const run = await new RecordedSession().whole(TINY);
    // How often the memory is looked at depends on the speed of the machine.
    const timed = ['state', 'progress', 'memory'];
    const told = run.events.flatMap(({ kind }) => (timed.includes(kind) ? [] : [kind]));
    expect(told.filter((kind, i) => kind !== told[i - 1])).toEqual([
      'ready',
      'floors',
      'usage',
      'cautions',
      'features',
      'steps',
      'epoch',
      'cautions',
      'features',
      'steps',
      'epoch',
      'cautions',
      'features',
      'weights',
      'finished',
    ]);
    expect(run.of('state').map(({ state }) => state)).toEqual([
      'loading',
      'compiling',
      'evaluating',
      'training',
      'evaluating',
      'training',
      'evaluating',
      'finished',
    ]);
    expect(run.rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run.rows.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(run.of('epoch').map(({ row }) => [row.epoch, row.step])).toEqual([
      [0, 4],
      [1, 6],
    ]);
    expect(run.events.every((event) => event.run === 'test')).toBe(true);
  });

  it('tells what its engine holds in memory, from its first steps on', async () => {
    const run = await new RecordedSession().whole(TINY);
    const kinds = run.events.map(({ kind }) => kind);
    expect(kinds.indexOf('memory')).toBe(kinds.indexOf('steps') + 1);
    const { use } = run.of('memory')[0]!;
    // The reference engine has no buffers of its own, and leaves no tensor behind.
    expect(use).toMatchObject({ gpu: null, tensors: 0, tensorBytes: 0 });
    expect(use.wasm === null || use.wasm > 1e6).toBe(true);
  });

  it('gives finite terms, accuracies between 0 and 1, and a MAC ratio above its floor', async () => {
    const run = await new RecordedSession().whole(TINY);
    for (const row of run.rows) expect(numbersIn(row).every(Number.isFinite)).toBe(true);
    const { final, stoppedEarly } = run.of('finished')[0]!;
    expect(stoppedEarly).toBe(false);
    for (const share of [final.knn20.gated!, final.knn20.dense!, final.knn20.rawPixels]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(final.macs.ratio).toBeGreaterThanOrEqual(run.of('ready')[0]!.ready.network.smallestRatio);
    expect(final.macs.reduction).toBeCloseTo(1 - final.macs.ratio!, 12);
    expect(final.imagesPerSecond).toBeGreaterThan(0);
    const { channelUsage } = run.of('epoch')[0]!.row;
    for (const { channels, off, on, dependent } of channelUsage) expect(off + on + dependent).toBe(channels);
  });

  it('is the same run again from the same seed, and another from another', async () => {
    const [first, again, other] = await Promise.all(
      [9, 9, 10].map((seed) => new RecordedSession().whole({ ...TINY, seed, steps: 3 })),
    );
    expect(again!.rows).toEqual(first!.rows);
    expect(again!.of('weights')[0]!.weights).toEqual(first!.of('weights')[0]!.weights);
    expect(other!.rows).not.toEqual(first!.rows);
  });

  it('hands on features and hard gates of the map images, and of no others', async () => {
    const run = await new RecordedSession({ data: noiseData(32, 60) }).whole({ ...TINY, steps: 2 });
    const { network } = run.of('ready')[0]!.ready;
    const { features, gates, count } = run.of('features').at(-1)!;
    expect(count).toBe(TINY.mapPoints);
    expect(features.gated!.length).toBe(count * network.features);
    expect(gates.map(({ length }) => length)).toEqual(network.blocks.map(({ channels }) => count * channels));
    expect(gates.every((block) => block.every((gate) => gate === 0 || gate === 1))).toBe(true);
    // A channel that is always open over the whole test set is also open for its first images.
    const { channelUsage } = run.of('epoch').at(-1)!.row;
    for (const [l, { on, off, channels }] of channelUsage.entries()) {
      const opened = Array.from({ length: channels }, (_, c) =>
        Array.from({ length: count }, (_, n) => gates[l]![n * channels + c]!).reduce((a, b) => a + b, 0),
      );
      expect(opened.filter((open) => open === count).length).toBeGreaterThanOrEqual(on);
      expect(opened.filter((open) => open === 0).length).toBeGreaterThanOrEqual(off);
    }
    const dense = await new RecordedSession().whole({ ...TINY, system: 'vicreg', steps: 1 });
    expect(dense.of('features').at(-1)!.gates).toEqual([]);
  });

  it('starts from the same weights whatever the augmentation', async () => {
    const initial = async (minCrop: number) =>
      (await new RecordedSession().whole({ ...TINY, steps: 1, minCrop })).setups[0]!.initial.parameters;
    expect([...(await initial(0.9))]).toEqual([...(await initial(0.1))]);
  });

  it('exports features of its parity images that the engine gives again', async () => {
    const run = await new RecordedSession().whole({ ...TINY, steps: 2 });
    const { parity, tensors } = run.of('weights').at(-1)!.weights;
    const { test } = noiseData();
    const encoded = await run.engines[0]!.encode(test, 0, 10, 'gated');
    expect(tensorValues(parity!.features.gated!)).toEqual(encoded.features);
    expect(Object.values(tensors).every((tensor) => tensorValues(tensor).every(Number.isFinite))).toBe(true);
  });
});

describe('looks at the gates', () => {
  it('come between steps if they are wanted, and change nothing', async () => {
    const [watched, plain] = await Promise.all(
      [0, undefined].map((watchMs) =>
        new RecordedSession({ ...(watchMs !== undefined && { watchMs }) }).whole(TINY),
      ),
    );
    expect(plain!.of('usage').map(({ row }) => row.step)).toEqual([0]);
    const looks = watched!.of('usage').map(({ row }) => row);
    expect(looks[1]!.step).toBe(1);
    expect(looks.at(-1)!.images).toBe(32);
    const { channelUsage, open, macRatio } = looks[1]!;
    expect(macRatio).toBeGreaterThan(0);
    for (const [l, { off, on, dependent, channels }] of channelUsage.entries()) {
      expect(open[l]!.length).toBe(channels);
      expect(open[l]!.filter((share) => share === 0).length).toBe(off);
      expect(off + on + dependent).toBe(channels);
    }
    expect(watched!.rows).toEqual(plain!.rows);
    expect(watched!.of('epoch')).toEqual(plain!.of('epoch'));
  });

  it('are not made without gates', async () => {
    const run = await new RecordedSession({ watchMs: 0 }).whole({ ...TINY, system: 'vicreg', steps: 2 });
    expect(run.of('usage')).toEqual([]);
  });
});

describe('labels', () => {
  it('never reach the engine: it is built from pixels alone', async () => {
    const run = await new RecordedSession().whole({ ...TINY, steps: 1 });
    const holds = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      ('labels' in value || 'classes' in value || Object.values(value).some(holds));
    const { images, ...setup } = run.setups[0]!;
    expect(Object.keys(images).toSorted()).toEqual(['count', 'pixels', 'size']);
    expect(holds({ ...setup, initial: null })).toBe(false);
  });

  it('do not change training: permuted labels give the same steps and weights', async () => {
    const data = noiseData();
    const permuted = { ...data, train: { ...data.train, labels: data.train.labels.toReversed() } };
    const [plain, other] = await Promise.all(
      [data, permuted].map((images) => new RecordedSession({ data: images }).whole({ ...TINY, steps: 5 })),
    );
    expect(other!.rows).toEqual(plain!.rows);
    expect(other!.of('weights')[0]!.weights.tensors).toEqual(plain!.of('weights')[0]!.weights.tensors);
  });
});

describe('a run that is steered', () => {
  it('started paused takes one step at a time, then runs on', async () => {
    const run = new RecordedSession();
    const ready = run.state('paused');
    run.start(TINY, true);
    await ready;
    expect(run.rows).toEqual([]);
    for (const step of [1, 2]) {
      const again = run.state('paused');
      run.send({ kind: 'step' });
      await again;
      expect(run.rows.map((row) => row.step).at(-1)).toBe(step);
      expect(run.rows).toHaveLength(step);
    }
    const finished = run.state('finished');
    run.send({ kind: 'resume' });
    await finished;
    const straight = await new RecordedSession().whole(TINY);
    expect(run.rows).toEqual(straight.rows);
  });

  it('paused while training stops before its next step', async () => {
    const run = new RecordedSession();
    const training = run.state('training');
    const paused = run.state('paused');
    run.start(TINY);
    await training;
    run.send({ kind: 'pause' });
    await paused;
    expect(run.rows.length).toBeLessThan(TINY.steps);
    const finished = run.state('finished');
    run.send({ kind: 'resume' });
    await finished;
    expect(run.rows).toHaveLength(TINY.steps);
  });

  it('paused keeps a checkpoint of its step, from which it is the run that it would have been', async () => {
    const run = new RecordedSession();
    const ready = run.state('paused');
    run.start(TINY, true);
    await ready;
    for (const step of [1, 2]) {
      const again = run.state('paused');
      run.send({ kind: 'step' });
      await again;
      expect(run.checkpoint.step).toBe(step);
    }
    const resumed = await new RecordedSession().whole(TINY, run.checkpoint);
    const straight = await new RecordedSession().whole(TINY);
    expect(resumed.rows).toEqual(straight.rows.slice(2));
  });

  it('trains gently with as much rest as work, and is the same run', async () => {
    const run = new RecordedSession({ ahead: 2 });
    run.start({ ...TINY, evaluateEvery: 1000 });
    run.send({ kind: 'setPace', pace: 'gentle' });
    await run.state('training');
    const began = performance.now();
    await run.next((event) => event.kind === 'state' && event.state !== 'training');
    const lasted = performance.now() - began;
    const worked = run.of('steps').flatMap(({ rows }) => rows.map(({ ms }) => ms));
    expect(run.depth).toBe(1);
    expect(worked).toHaveLength(TINY.steps);
    expect(lasted).toBeGreaterThan(1.5 * worked.reduce((sum, ms) => sum + ms, 0));
    await run.state('finished');
    const straight = await new RecordedSession().whole({ ...TINY, evaluateEvery: 1000 });
    expect(run.rows).toEqual(straight.rows);
  });

  it('resumed while its pause is being kept goes on without a pause', async () => {
    const run = new RecordedSession();
    const stepped = run.next((event) => event.kind === 'steps');
    run.start({ ...TINY, steps: 12 });
    await run.state('training');
    run.send({ kind: 'pause' });
    await stepped;
    run.send({ kind: 'resume' });
    await run.state('finished');
    expect(run.of('state').map(({ state }) => state)).not.toContain('paused');
    expect(run.rows).toHaveLength(12);
  });

  it('stopped is evaluated as at its end, with the weights it has', async () => {
    const run = new RecordedSession();
    const paused = run.state('paused');
    run.start(TINY, true);
    await paused;
    const stepped = run.state('paused');
    run.send({ kind: 'step' });
    await stepped;
    const finished = run.state('finished');
    run.send({ kind: 'stop' });
    await finished;
    expect(run.rows).toHaveLength(1);
    expect(run.of('finished')[0]!.stoppedEarly).toBe(true);
    expect(run.of('weights')).toHaveLength(1);
    expect(run.of('epoch').at(-1)!.row.step).toBe(1);
  });

  it('stopped during the first evaluation ends without results', async () => {
    const run = new RecordedSession();
    const evaluating = run.next((event) => event.kind === 'progress');
    const finished = run.state('finished');
    run.start(TINY);
    await evaluating;
    run.send({ kind: 'stop' });
    await finished;
    expect(run.rows).toEqual([]);
    expect(run.of('finished')).toEqual([]);
    expect(run.of('failed')).toEqual([]);
  });

  it('stopped right after an evaluation does not make it again', async () => {
    const run = new RecordedSession();
    const evaluated = run.next((event) => event.kind === 'epoch');
    const finished = run.state('finished');
    run.start(TINY);
    await evaluated;
    run.send({ kind: 'stop' });
    await finished;
    expect(run.of('epoch').map(({ row }) => row.step)).toEqual([4]);
    expect(run.of('finished')[0]!.final.knn20).toMatchObject(run.of('epoch')[0]!.row.knn20);
  });

  it('paused during its last evaluation rests there, and ends when it goes on', async () => {
    const run = new RecordedSession();
    const last = run.next((event) => event.kind === 'progress' && event.task === 'Final evaluation');
    const paused = run.state('paused');
    run.start(TINY);
    await last;
    run.send({ kind: 'pause' });
    await paused;
    expect(run.of('finished')).toEqual([]);
    const finished = run.state('finished');
    run.send({ kind: 'resume' });
    await finished;
    expect(run.of('state').map(({ state }) => state)).toEqual([
      ...['loading', 'compiling', 'evaluating', 'training', 'evaluating', 'training', 'evaluating'],
      ...['paused', 'evaluating', 'finished'],
    ]);
    expect(run.of('finished')).toHaveLength(1);
  });

  it('stopped while its last evaluation rests makes it to the end', async () => {
    const run = new RecordedSession();
    const last = run.next((event) => event.kind === 'progress' && event.task === 'Final evaluation');
    const paused = run.state('paused');
    run.start(TINY);
    await last;
    run.send({ kind: 'pause' });
    await paused;
    const finished = run.state('finished');
    run.send({ kind: 'stop' });
    await finished;
    expect(run.of('finished')[0]!.stoppedEarly).toBe(false);
    expect(run.of('epoch').map(({ row }) => row.step)).toEqual([4, 6]);
  });

  it('follows a budget that is set on the way, and says so once', async () => {
    const run = new RecordedSession();
    const paused = run.state('paused');
    run.start(TINY, true);
    await paused;
    const stepped = run.state('paused');
    run.send({ kind: 'step' });
    await stepped;
    run.send({ kind: 'setBudget', budget: 0.8 });
    run.send({ kind: 'setBudget', budget: 0.8 });
    const finished = run.state('finished');
    run.send({ kind: 'resume' });
    await finished;
    expect(run.of('budget').map(({ step, budget }) => [step, budget])).toEqual([[1, 0.8]]);
    expect(run.rows.map(({ budget }) => budget)).toEqual([0.3, 0.8, 0.8, 0.8, 0.8, 0.8]);
    for (const { budgetLoss, macRatio, budget } of run.rows) {
      expect(budgetLoss).toBeCloseTo(TINY.budgetWeight * (macRatio! - budget) ** 2, 4);
    }
  });

  it('exports the weights it has when asked, and goes on', async () => {
    const run = new RecordedSession();
    const paused = run.state('paused');
    run.start(TINY, true);
    await paused;
    const exported = run.next(({ kind }) => kind === 'weights');
    run.send({ kind: 'exportWeights' });
    await exported;
    const finished = run.state('finished');
    run.send({ kind: 'resume' });
    await finished;
    const [early, late] = run.of('weights');
    const name = 'projector.0.weight';
    expect(tensorValues(early!.weights.tensors[name]!)).toEqual(run.setups[0]!.initial.parameters.get(name));
    expect(late!.weights.tensors[name]).not.toEqual(early!.weights.tensors[name]);
  });
});
