import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { DIAL_BUDGETS } from '../../laboratory/door/dialOrder.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { eventsOfRecorded, parseRecordedFile, recordedFileOf } from '../../recorded/recordedFile.ts';
import type { RecordingPlan } from '../../recorded/systems.ts';
import { faultOf } from '../../run/files/runCheck.ts';
import { addToMoments } from '../../run/moments.ts';
import { addToRecord, EMPTY_RECORD } from '../../run/record.ts';
import { noiseData } from '../../session/session.fixture.ts';
import { pictureSheet } from './pictures.ts';
import { type Recorded, record } from './record.ts';
import { withDial } from './recordDial.ts';
import { recordedOrder } from './recordedArguments.ts';

const plan: RecordingPlan = {
  config: {
    ...{ ...DEFAULT_CONFIG, width: 4, batch: 8, projector: 8, steps: 12, learningRate: 0.02 },
    ...{ budget: 0.5, evaluateEvery: 1, mapPoints: 50, gradientsEvery: 0 },
  },
  move: { share: 0.3, budget: 0.2 },
};
const order = { plan, data: noiseData(32, 60), source: { kind: 'emoji10', test: 'unseen-style' } } as const;
const about = {
  recorded: { on: '2026-11-29', device: 'a processor, 2 threads, Node', project: '0.1.0', seconds: 9 },
};

let made: Recorded;
let again: Recorded;

beforeAll(async () => {
  made = await dialled(plan);
  again = await dialled(plan);
});

/** A recording with its dial, as the command makes it. */
async function dialled(of: RecordingPlan): Promise<Recorded> {
  const trained = await record({ ...order, plan: of, engine: 'wasm', onEvent: () => {} });
  const { config } = of;
  return { ...trained, record: await withDial({ record: trained.record, config, data: order.data }) };
}

async function fileOf(recorded: Recorded) {
  const pictures = await pictureSheet(recorded.record.ready!.mapImages, 16);
  return recordedFileOf({ ...recorded, ...about, pictures });
}

/** The file without what depends on the speed of the machine. */
async function comparable(recorded: Recorded): Promise<string> {
  return JSON.stringify(await fileOf(recorded), (key, value: unknown) =>
    ['ms', 'imagesPerSecond'].includes(key) ? 0 : value,
  );
}

describe('a recording', () => {
  it('moves the budget once, at an evaluation', () => {
    expect(made.record.budgets).toEqual([{ step: 4, budget: 0.2 }]);
    expect(made.record.epochs.map(({ step }) => step)).toContain(4);
  });

  it('tells the terms of each branch and the norms of the gradients, with five digits', async () => {
    const { steps } = (await fileOf(made)).run;
    const short = (value: number) => Number(value.toPrecision(5)) === value;
    expect(steps.map(({ step }) => step)).toEqual(made.record.steps.map(({ step }) => step));
    for (const { byPass, gradientNorms, variance } of steps) {
      const [gated, dense] = byPass!.variance;
      expect(gated + dense).toBeCloseTo(variance, 3);
      const numbers = [gated, dense, ...byPass!.covariance, ...Object.values(gradientNorms!)];
      expect([numbers.length, numbers.every(short)]).toEqual([7, true]);
    }
  });

  it('keeps the maps of both branches and the gates of every evaluation', () => {
    const evaluated = [0, ...made.record.epochs.map(({ step }) => step)];
    expect(made.moments.map(({ step }) => step)).toEqual(evaluated);
    for (const { maps, gates, nearest } of made.moments) {
      expect([maps.dense?.projection, maps.gated?.projection]).toEqual(['umap', 'umap']);
      expect(gates?.blocks).toHaveLength(8);
      expect(Object.keys(nearest!.branches).sort()).toEqual(Object.keys(maps).sort());
    }
  });

  it('has the floors of pixels, and the ranks of the features of each evaluation', async () => {
    const { floors, epochs } = (await fileOf(made)).run;
    expect(Object.keys(floors!.pixels!).toSorted()).toEqual(['centred', 'components', 'perImage']);
    expect([floors!.ranks, ...epochs.map(({ ranks }) => ranks)].every((ranks) => ranks!.images > 0)).toBe(
      true,
    );
  });

  it('of a slimmable network has a dial of widths, and of a dense network none', async () => {
    const system = (change: Partial<RunConfig>) =>
      dialled({ config: { ...plan.config, steps: 2, ...change }, move: null });
    const { dial } = (await fileOf(await system({ system: 'slimmable', slimForm: 'slimclr', width: 8 }))).run;
    expect(new Set(dial!.points.map(({ setting }) => setting.kind))).toEqual(new Set(['width']));
    expect((await fileOf(await system({ system: 'vicreg' }))).run.dial).toBeNull();
  });

  it('of the same order gives the same file', async () => {
    expect(await comparable(again)).toBe(await comparable(made));
  });
});

describe('the file of a recording', () => {
  it('gives back the run with its maps and gates', async () => {
    const file = parseRecordedFile(JSON.stringify(await fileOf(made)));
    const pixels = new Uint8Array(3);
    const events = eventsOfRecorded(file, 'a', pixels);
    const record = events.reduce(addToRecord, EMPTY_RECORD);
    const moments = events.reduce(addToMoments, []);
    expect(record.epochs).toEqual(made.record.epochs);
    expect(record.budgets).toEqual(made.record.budgets);
    expect(record.final).toEqual(made.record.final);
    expect(record.steps.map(({ step }) => step)).toEqual(made.record.steps.map(({ step }) => step));
    for (const [i, { loss }] of record.steps.entries())
      expect(loss / made.record.steps[i]!.loss).toBeCloseTo(1, 4);
    expect(record.ready?.mapImages.pixels).toBe(pixels);
    expect(moments.map(({ gates }) => gates)).toEqual(made.moments.map(({ gates }) => gates));
    expect(moments.map(({ nearest }) => nearest)).toEqual(made.moments.map(({ nearest }) => nearest));
    expect(record.maps.gated?.step).toBe(12);
    for (const [i, value] of made.moments[1]!.maps.dense!.xy.entries())
      expect(moments[1]!.maps.dense!.xy[i]!).toBeCloseTo(value, 3);
  });

  it('has the dial, at the budgets of the page’s, without the weights', async () => {
    const file = parseRecordedFile(JSON.stringify(await fileOf(made)));
    expect(faultOf(file.run)).toBeNull();
    const { dial, weights } = eventsOfRecorded(file, 'a', new Uint8Array(0)).reduce(
      addToRecord,
      EMPTY_RECORD,
    );
    expect(weights).toBeNull();
    expect(dial).toEqual(made.record.dial);
    expect(dial).toMatchObject({ step: 12, images: 32, sample: { bank: 32, test: 60 } });
    expect(dial!.points.map(({ budget }) => budget)).toEqual(DIAL_BUDGETS);
  });

  it('names no place of the machine', async () => {
    expect(JSON.stringify(await fileOf(made))).not.toMatch(/\/(home|work|tmp|root|usr)\/|file:/);
  });

  it('that is another file is refused in words', () => {
    expect(() => parseRecordedFile('<html>')).toThrow('A recorded run must be JSON');
    expect(() => parseRecordedFile('{"format":"dualgate-run"}')).toThrow(
      'must have format "dualgate-recorded", version 1; this one does not fit: format',
    );
  });
});

it('the command takes systems, a folder and a length', () => {
  expect(recordedOrder(['vicreg', '--out', 'a', '--steps', '5'])).toEqual({
    ...{ systems: ['vicreg'], out: 'a', steps: 5 },
  });
  expect(recordedOrder([]).systems).toHaveLength(4);
  expect(() => recordedOrder(['simclr'])).toThrow('SYSTEM must be one of dual-gating, vicreg');
  expect(() => recordedOrder(['--steps', '0'])).toThrow('--steps must be a whole number from 1, got "0"');
});
