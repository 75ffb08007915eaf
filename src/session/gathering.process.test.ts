import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionEvent } from '../run/protocol.ts';
import { ScriptedArrival } from './arrival.fixture.ts';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

// Runs whose images come while they train. This starts no program, but trains nine runs: too long for
// `npm run check`.

const noise = noiseData();
/** Batches of 8 from parts of 12: the second step needs the second part. */
const pixelFloors = { rawPixels: 0.5, centred: 0.5, perImage: 0.5, components: 0.5 };
const whole = { ...noise, train: { ...noise.train, part: 12 }, pixelFloors };

const waits = (event: { kind: string }) =>
  event.kind === 'images' && 'waits' in event && event.waits === true;

/** What a run leaves behind, without times and the order of its events. */
function left(run: RecordedSession) {
  const maps = [...run.of('ready').map(({ ready }) => ready), ...run.of('mapImages')];
  return {
    rows: run.rows,
    epochs: run.of('epoch'),
    floors: run.of('floors').at(-1),
    weights: run.of('weights'),
    finals: run.of('finished').map(({ final: { imagesPerSecond: _, ...final } }) => final),
    mapImages: maps.at(-1)!.mapImages,
    untrained: run.of('features').find(({ step }) => step === 0)!,
  };
}

describe('a run whose images come while it trains', () => {
  let straight: ReturnType<typeof left>;
  beforeAll(async () => {
    straight = left(await new RecordedSession({ data: whole }).whole(TINY));
  });

  /** A run that waits for its second step. */
  async function waiting(ahead = 1) {
    const arrival = new ScriptedArrival(whole);
    const run = new RecordedSession({ data: arrival.data, ahead });
    const waited = run.next(waits);
    run.start(TINY);
    await waited;
    return { arrival, run };
  }

  it('begins with the first ones, and is the run that had all from the beginning', async () => {
    for (const ahead of [1, 4]) {
      const { arrival, run } = await waiting(ahead);
      expect(run.rows.map(({ step }) => step)).toEqual([1]);
      expect(run.of('floors')).toEqual([]);
      expect(run.of('ready')[0]!.ready.mapImages.count).toBe(0);
      expect(run.of('images').at(-1)).toMatchObject({ received: 12, total: 42, waits: true, fault: null });
      const finished = run.state('finished');
      arrival.comeAll();
      await finished;
      expect(left(run)).toEqual(straight);
      expect(run.of('images').at(-1)).toMatchObject({ received: 42, waits: false });
    }
  });

  it('tells of its map images before it tells what was measured on them', async () => {
    const arrival = new ScriptedArrival(whole);
    const run = new RecordedSession({ data: arrival.data });
    // They come after the page was told what is there, and before the first step.
    const [told, finished] = [run.next(({ kind }) => kind === 'ready'), run.state('finished')];
    run.start(TINY);
    await told;
    arrival.comeAll();
    await finished;
    const kinds = run.events.map(({ kind }) => kind);
    expect(run.of('ready')[0]!.ready.mapImages.count).toBe(0);
    expect(kinds.indexOf('mapImages')).toBeLessThan(kinds.indexOf('features'));
  });

  it('goes as far as the parts that are there, and needs the test images at the first evaluation', async () => {
    const { arrival, run } = await waiting();
    const again = run.next(waits);
    arrival.come({ train: 24, test: false });
    await again;
    expect(run.rows.map(({ step }) => step)).toEqual([1, 2, 3]);
    const third = run.next((event) => waits(event) && run.rows.length === 4);
    arrival.come({ train: 32, test: false });
    await third;
    expect([run.of('floors'), run.of('epoch')]).toEqual([[], []]);
    const finished = run.state('finished');
    arrival.comeAll();
    await finished;
    expect(left(run)).toEqual(straight);
  });

  it('pauses with the reason when they do not come, has its step kept, and goes on', async () => {
    const { arrival, run } = await waiting();
    const paused = run.state('paused');
    arrival.breakOff();
    await paused;
    expect(run.of('images').at(-1)).toMatchObject({ waits: false, fault: 'The line was cut (a test).' });
    expect(run.checkpoint.step).toBe(1);
    expect(run.of('failed')).toEqual([]);
    const again = run.next(waits);
    run.send({ kind: 'resume' });
    await again;
    const finished = run.state('finished');
    arrival.comeAll();
    await finished;
    expect(left(run)).toEqual(straight);
    // Another session goes on from what was kept, and it has all images.
    const restored = await new RecordedSession({ data: whole }).whole(TINY, run.checkpoint);
    expect(restored.of('failed')).toEqual([]);
  });

  it('hears a pause, a single step and the end while it waits', async () => {
    const { arrival, run } = await waiting();
    const paused = run.state('paused');
    run.send({ kind: 'pause' });
    await paused;
    const again = run.next(waits);
    run.send({ kind: 'step' });
    await again;
    const stepped = run.state('paused');
    arrival.come({ train: 24, test: false });
    await stepped;
    expect(run.rows.map(({ step }) => step)).toEqual([1, 2]);
    const last = run.next(waits);
    run.send({ kind: 'stop' });
    await last;
    const finished = run.state('finished');
    arrival.comeAll();
    await finished;
    expect(run.of('finished')[0]).toMatchObject({ stoppedEarly: true });
    expect(run.of('finished')[0]!.final.knn20.untrained).toEqual(straight.floors!.floors.untrained);
  });

  it('fails in words when it is ended again while its last evaluation waits', async () => {
    const { run } = await waiting();
    const last = run.next((event) => waits(event) && run.rows.length === 1);
    run.send({ kind: 'stop' });
    await last;
    const failed = run.next(
      (event: SessionEvent | { kind: 'interrupted' | 'rewound' }) => event.kind === 'failed',
    );
    run.send({ kind: 'stop' });
    await failed;
    expect(run.of('failed')[0]!.message).toMatch(/before all of its images had come/);
    expect(run.checkpoint.step).toBe(1);
  });
});
