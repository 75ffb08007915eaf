import { describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import type { RunConfig } from '../config.ts';
import type { TrainAndTest } from '../data/images/dataset.ts';
import { checkConfig } from '../fields.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import type { EngineChoice } from '../run/protocol.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { ScriptedArrival } from './arrival.fixture.ts';
import { tinyCheckpoint } from './checkpoint.fixture.ts';
import { openEngine } from './engines/engines.ts';
import { failureNews } from './failure.ts';
import { mapPictures } from './maps/mapPictures.ts';
import { type Conditions, noiseData, RecordedSession, TINY } from './session.fixture.ts';
import { checkData, engineSetup } from './stage.ts';

// What each text of a run that fails advises, done. A user reads the message and its advice together.

/** Whether WASM computes wrongly; selfTest.test.ts shows that the self-test finds it. */
let isWrong = false;
vi.mock('../method/selfTest.ts', () => ({
  runSelfTest: async () => ({ passed: !isWrong, worstError: isWrong ? 1 : 0, tolerance: 0.001, ms: 1 }),
}));

/** Work whose fault is told as a session tells it. */
const told = (work: () => unknown) => async () => {
  try {
    await work();
  } catch (fault) {
    const { message, advice } = failureNews(fault);
    throw new Error(`${message} ${advice}`);
  }
};

const QUICK = { ...TINY, steps: 2, evaluateEvery: 1000 };

/** Trains to the end. */
const trained =
  (change: Partial<RunConfig>, conditions: Conditions = {}, from?: Checkpoint) =>
  async () => {
    const run = await new RecordedSession(conditions).whole({ ...QUICK, ...change }, from);
    const [failure] = run.of('failed');
    if (failure) throw new Error(`${failure.message} ${failure.advice}`);
    expect(run.of('finished')).toHaveLength(1);
  };

/** Parameters that overflow every feature. */
function broken(): Checkpoint {
  const checkpoint = tinyCheckpoint(1);
  for (const [name, values] of checkpoint.engine.parameters)
    if (name.endsWith('bn1_t.weight')) values.fill(1e30);
  return checkpoint;
}

const steep = { learningRate: 1, warmup: 0, larsTrust: 0.1, steps: 60 };
const opened = (choice: EngineChoice) =>
  told(async () => {
    const setup = engineSetup(TINY, noiseData().train);
    const { engine } = await openEngine(
      { choice, config: TINY, setup, tell: () => {} },
      { pool: nodePlaces() },
    );
    engine.dispose();
  });

const RUNS: readonly AdviceRow[] = [
  [
    'WebGPU where there is none',
    opened('webgpu'),
    /gave no adapter.* Choose another engine \(WASM runs in every browser\)\.$/,
    opened('wasm'),
  ],
  [
    'an engine that computes wrongly',
    async () => {
      isWrong = true;
      await opened('wasm')();
    },
    /computes wrongly here: .*\. Choose another engine \(WebGPU where there is a GPU, or plain JavaScript, which is slow\)\.$/,
    async () => {
      isWrong = false;
      await opened('cpu')();
    },
  ],
  [
    'settings out of range',
    trained({ width: 0 }),
    /from 2 to 64.* Change these settings and start again\.$/,
    async () => expect(checkConfig({ ...TINY, width: 8 })).toEqual([]),
  ],
  [
    'a learning rate that is too high',
    trained(steep),
    /stopped being a finite number at step \d+: .* Lower the learning rate .* then start again\.$/,
    trained({ ...steep, learningRate: 0.01, steps: 2 }),
  ],
  [
    'features that overflow',
    trained({ steps: 1 }, {}, broken()),
    /features stopped being finite numbers by step .* Lower the learning rate .* then start again\.$/,
    trained({ learningRate: 0.01 }),
  ],
  [
    'fewer images than a batch',
    trained({}, { data: noiseData(7) }),
    /at least 8 training images, got 7\. Choose more images or a smaller batch\.$/,
    trained({ batch: 4 }, { data: noiseData(7) }),
  ],
  [
    'images that do not come before the end',
    () => endedEarly(false)(),
    /before all of its images had come.*\. Its checkpoint is kept: go on from it when the site can be reached again\.$/,
    () => endedEarly(true)(),
  ],
];

/** A run that the user ends before its second part has come, and a second time if it still has not. */
const endedEarly = (comes: boolean) => async () => {
  const noise = noiseData();
  const pixelFloors = { rawPixels: 0.5, centred: 0.5, perImage: 0.5, components: 0.5 };
  const arrival = new ScriptedArrival({ ...noise, train: { ...noise.train, part: 12 }, pixelFloors });
  const run = new RecordedSession({ data: arrival.data });
  const waits = () => run.next((event) => event.kind === 'images' && event.waits);
  const ended = run.next((event) => event.kind === 'failed' || event.kind === 'finished');
  for (const end of [() => run.start(TINY), () => run.send({ kind: 'stop' })]) {
    const waited = waits();
    end();
    await waited;
  }
  if (comes) arrival.comeAll();
  else run.send({ kind: 'stop' });
  await ended;
  const [failure] = run.of('failed');
  if (failure) throw new Error(`${failure.message} ${failure.advice}`);
};

const { train, test } = noiseData();
const empty = new Uint8Array(0);
const sized = (size: number): TrainAndTest => ({
  train: { ...train, size, pixels: empty },
  test: { ...test, size, pixels: empty },
});
const checked = (data: TrainAndTest, change: Partial<RunConfig> = {}, from?: Checkpoint) =>
  told(() => checkData(data, { ...TINY, ...change }, from));
const begun = (rows: number, images: string | null = null): Checkpoint => {
  const made = tinyCheckpoint(2);
  return { ...made, images, batches: { ...made.batches, rows: new Uint32Array(rows) } };
};

const IMAGES: readonly AdviceRow[] = [
  [
    'other images than the run began with',
    checked({ train, test, fingerprint: 'b'.repeat(20) }, {}, begun(train.count, 'a'.repeat(20))),
    /got b{12}…\. Choose the files that it began with, .*; or start a new run with these\.$/,
    checked({ train, test, fingerprint: 'a'.repeat(20) }, {}, begun(train.count, 'a'.repeat(20))),
  ],
  [
    'more images than the run began with',
    checked(noiseData(33), {}, begun(32)),
    /must have 32 training images, got 33\. Choose the files that it began with, .*; or start a new run with these\.$/,
    checked(noiseData(32), {}, begun(32)),
  ],
  [
    'more images than the run began with, for a new run',
    checked(noiseData(33), {}, begun(32)),
    /or start a new run with these\.$/,
    checked(noiseData(33)),
  ],
  [
    'test images of another size',
    checked({ train, test: { ...test, size: 13 } }),
    /must have one size, got 12 and 13 pixels\. Choose images of the same kind\.$/,
    checked({ train, test }),
  ],
  [
    'test images of other classes',
    checked({ train, test: { ...test, classes: ['cat', 'airplane'] } }),
    /must have the same classes, .* Choose a test set of the same kind as the training set\.$/,
    checked({ train, test }),
  ],
  [
    'images that are too small',
    checked(sized(7)),
    /at least 8 pixels wide for a 3×3 stem, got 7\. Choose larger images\.$/,
    checked(sized(8)),
  ],
  [
    'images that are too small for the large stem',
    checked(sized(28), { stem: 'imagenet' }),
    /got 28\. Choose larger images, or the 3×3 stem\.$/,
    checked(sized(28), { stem: 'cifar' }),
  ],
];

const shown = { config: TINY, size: test.size, test: test.count, labels: empty, fingerprint: null };
const OTHERS = /are not the images of the run: .* Choose its images in the Data panel, and load its pictures/;
const pictures = (change: object) => () => mapPictures({ train, test }, { ...shown, ...change });

const PICTURES: readonly AdviceRow[] = [
  ['pictures of another size', pictures({ size: 13 }), OTHERS, pictures({})],
  ['pictures of another test set', pictures({ test: 11 }), OTHERS, pictures({})],
  ['pictures of images with another fingerprint', pictures({ fingerprint: 'a' }), OTHERS, pictures({})],
  ['pictures of images of other classes', pictures({ labels: Uint8Array.of(77) }), OTHERS, pictures({})],
];

describe('the advice of texts about pictures', () => testAdvice(PICTURES));
describe('the advice of texts about runs that fail', () => testAdvice(RUNS));
describe('the advice of texts about the images of a run', () => testAdvice(IMAGES));
