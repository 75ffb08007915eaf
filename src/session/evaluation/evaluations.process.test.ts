import { describe, expect, it } from 'vitest';
import { tensorValues } from '../../network/weights.ts';
import { eventsOf, parseRunFile, runFileOf } from '../../run/files/runFile.ts';
import { addToRecord, EMPTY_RECORD } from '../../run/record.ts';
import { noiseData, RecordedSession, TINY } from '../session.fixture.ts';

// A run with more images than an evaluation of it may encode: one regular evaluation after 36 steps. This
// starts no program, but trains ten runs: too long for `npm run check`.
const data = noiseData(288, 120);
const config = { ...TINY, steps: 40, mapPoints: 100 };

describe('evaluations on samples', () => {
  it('say how many images they had, and show the first ones of the maps', async () => {
    const run = await new RecordedSession({ data }).whole(config);
    const rows = run.of('epoch').map(({ row }) => row);
    expect(rows.map(({ step, epoch }) => [step, epoch])).toEqual([
      [20, 0],
      [36, 0],
      [40, 1],
    ]);
    expect(rows.map(({ sample }) => [sample!.bank, sample!.test])).toEqual([
      [100, 50],
      [100, 50],
      [288, 120],
    ]);
    expect(rows.map(({ ranks }) => ranks!.images)).toEqual([150, 150, 408]);
    expect(run.of('floors')[0]!.floors.ranks!.images).toBeGreaterThanOrEqual(150);
    const [{ knn20, sample }] = [rows[0]!];
    expect(sample!.standardError.dense).toBeCloseTo(Math.sqrt((knn20.dense! * (1 - knn20.dense!)) / 50), 12);
    const features = run.of('features');
    expect(features.slice(-3).map(({ count }) => count)).toEqual([50, 50, 100]);
    const { mapImages, network } = run.of('ready')[0]!.ready;
    expect(mapImages.count).toBe(100);
    // What is shown at a place of the map are the features of the image at that place.
    const { pixels } = mapImages;
    const again = await run.engines[0]!.encode({ count: 100, size: 12, pixels }, 0, 100, 'dense');
    expect([...features.at(-1)!.features.dense!]).toEqual([...again.features]);
    expect(features[1]!.gates[0]!.length).toBe(50 * network.blocks[0]!.channels);
  });

  it('are stored and read again with maps of fewer images', async () => {
    const run = await new RecordedSession({ data }).whole({ ...config, steps: 21 });
    const early = run.events.slice(
      0,
      run.events.findIndex(({ kind }) => kind === 'epoch'),
    );
    const later = run.events.slice(early.length).find(({ kind }) => kind === 'features')!;
    const map = { kind: 'map', epoch: 0, step: 20, projection: 'pca', neighbours: null } as const;
    const xy = new Float32Array(100).fill(0.5);
    const drawn = { ...map, run: 'test', branch: 'dense', xy } as const;
    const record = [...early, later, drawn].reduce(addToRecord, EMPTY_RECORD);
    const file = parseRunFile(JSON.stringify(runFileOf(config, record)));
    expect([file.maps[0]!.count, file.mapGates!.count, file.mapLabels.length]).toEqual([50, 50, 100]);
    const read = eventsOf(file, 'test').reduce(addToRecord, EMPTY_RECORD);
    expect(read.mapGates).toEqual(record.mapGates);
    expect(read.maps).toEqual(record.maps);
  });

  it('are those of the undisturbed run where a run continues from a checkpoint', async () => {
    const straight = await new RecordedSession({ data }).whole(config);
    const lost = await new RecordedSession({ data, breaksAt: ['step', 38] }).whole(config);
    expect(lost.checkpoint.step).toBe(36);
    const restored = await new RecordedSession({ data }).whole(config, lost.checkpoint);
    expect(restored.of('epoch')).toEqual(straight.of('epoch').slice(1));
  });

  it('leave training as it is', async () => {
    const [sampled, whole] = await Promise.all(
      [0.1, 1].map((evaluationShare) =>
        new RecordedSession({ data }).whole({ ...config, steps: 22, evaluationShare }),
      ),
    );
    expect(sampled!.rows).toEqual(whole!.rows);
    expect(whole!.of('epoch').map(({ row }) => row.step)).toEqual([22]);
    // On all images the order in which they were taken makes no difference.
    const finals = [sampled!, whole!].map((run) => run.of('finished')[0]!.final);
    const compared = finals.map(({ ridge, correct, macs, sample, knn20: { gated, dense } }) => ({
      ...{ ridge, correct, macs, sample, gated, dense },
    }));
    expect(compared[0]).toEqual(compared[1]);
  });
});

describe('the last evaluation', () => {
  it('that the user ends keeps the numbers so far, and says on how many images', async () => {
    const many = noiseData(800, 400);
    const run = new RecordedSession({ data: many });
    const last = run.next((event) => event.kind === 'progress' && event.task === 'Final evaluation');
    const finished = run.state('finished');
    run.start({ ...TINY, steps: 2 });
    await last;
    run.send({ kind: 'stop' });
    await finished;
    const { final, stoppedEarly } = run.of('finished')[0]!;
    expect(stoppedEarly).toBe(false);
    expect(final.sample).toMatchObject({ bank: 200, test: 100 });
    expect(final.correct).toEqual({});
    expect(final.ridge!.dense).toBeGreaterThanOrEqual(0);
    expect(run.of('epoch').at(-1)!.row.sample).toEqual(final.sample);
    expect(run.of('weights')).toHaveLength(1);
  });

  it('takes a stop of the training for what it is', async () => {
    const run = new RecordedSession({ data });
    const steps = run.next((event) => event.kind === 'steps');
    const finished = run.state('finished');
    run.start(config);
    await steps;
    run.send({ kind: 'stop' });
    await finished;
    const { final, stoppedEarly } = run.of('finished')[0]!;
    expect(stoppedEarly).toBe(true);
    expect(final.sample).toMatchObject({ bank: 288, test: 120 });
  });
});

describe('floors', () => {
  const long = { ...TINY, batch: 32, steps: 40, evaluateEvery: 1000 };

  it('are measured on few images before the first step, and on more at the end', async () => {
    const run = await new RecordedSession({ data }).whole(long);
    const floors = run.of('floors').map((event) => event.floors);
    expect(floors.map(({ samples }) => [samples!.rawPixels, samples!.untrained])).toEqual([
      [
        { bank: 128, test: 63 },
        { bank: 128, test: 63 },
      ],
      [
        { bank: 288, test: 120 },
        { bank: 128, test: 63 },
      ],
      [
        { bank: 288, test: 120 },
        { bank: 261, test: 120 },
      ],
    ]);
    const { final } = run.of('finished')[0]!;
    expect(final.knn20).toMatchObject(floors.at(-1)!);
    // The engine has its trained weights again.
    const { parameters } = await run.engines[0]!.state();
    const name = 'projector.0.weight';
    const { weights } = run.of('weights').at(-1)!;
    expect(tensorValues(weights.tensors[name]!)).toEqual(parameters.get(name));
  });

  it('end the same where the engine was lost while they were measured', async () => {
    const straight = await new RecordedSession({ data }).whole(long);
    const calls = straight.encodes;
    const lost = await new RecordedSession({ data, breaksAt: ['encode', calls - 2] }).whole(long);
    expect(lost.of('weights')).toHaveLength(1);
    expect(lost.of('finished')).toHaveLength(0);
    const restored = await new RecordedSession({ data }).whole(long, lost.checkpoint);
    expect(restored.of('floors').at(-1)).toEqual(straight.of('floors').at(-1));
    expect(restored.of('weights')).toEqual(straight.of('weights'));
  });

  it('of pixels may come with the data', async () => {
    const pixels = { centred: 0.4, perImage: 0.5, components: 0.6 };
    const known = { ...data, pixelFloors: { rawPixels: 0.3, ...pixels } };
    const run = await new RecordedSession({ data: known }).whole({ ...long, steps: 1 });
    expect(run.of('floors').map(({ floors }) => [floors.rawPixels, floors.pixels])).toEqual([[0.3, pixels]]);
    expect(run.of('floors')[0]!.floors.samples!.rawPixels).toEqual({ bank: 288, test: 120 });
    const tasks = new Set(run.of('progress').map(({ task }) => task));
    expect([...tasks]).toEqual(['Untrained network', 'Final evaluation']);
  });

  it('that a checkpoint lacks are measured at the end', async () => {
    const { checkpoint } = await new RecordedSession({ data }).whole({ ...long, steps: 9 });
    const run = await new RecordedSession({ data }).whole(long, { ...checkpoint, floors: null });
    const floors = run.of('floors').map((event) => event.floors.untrained.dense);
    expect([floors[0], typeof floors.at(-1)]).toEqual([null, 'number']);
  });
});
