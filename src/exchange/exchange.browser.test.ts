import { describe, expect, it } from 'vitest';
import { nextTask } from '../link/nextTask.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import { continuableOf } from '../run/checkpoint/runCheckpoint.ts';
import { EMPTY_RECORD } from '../run/record.ts';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import { TINY } from '../session/session.fixture.ts';
import { carryOut } from './carryOut.ts';
import { Cancelled, exchange } from './door/client.ts';
import type { ExchangeKind, Exchanges, Order, RunOut } from './door/protocol.ts';

const EMOJI = { kind: 'emoji10', test: 'unseen-style' } as const;
const RECORD = { ...EMPTY_RECORD, weights: tinyWeights() };

function asked<K extends ExchangeKind>(order: Extract<Order, { kind: K }>): Promise<Exchanges[K]['answer']> {
  return exchange<K>(order, new AbortController().signal);
}

async function written(run: Omit<RunOut, 'packed'>, packed: boolean): Promise<File> {
  const blob = await asked({ kind: 'writeRun', ask: { ...run, packed } });
  return new File([blob], packed ? 'run.dualgate.json.gz' : 'run.dualgate.json');
}

const read = (file: File) => asked({ kind: 'readRun', ask: { file } });

describe('a run', () => {
  it('goes into a file with its checkpoint, and comes back equal, plain and packed', async () => {
    const checkpoint = tinyCheckpoint(4);
    const config = TINY;
    const further = { config, input: 12, source: EMOJI, checkpoint };
    for (const packed of [false, true]) {
      const file = await read(await written({ config, record: RECORD, further }, packed));
      expect(file.weights).toEqual(RECORD.weights);
      expect(file.source).toEqual(EMOJI);
      const back: Checkpoint | null = await asked({ kind: 'checkpoint', ask: file });
      expect(back).toEqual(checkpoint);
      // The run is written once more, with the checkpoint as the file had it.
      const again = await read(await written({ config, record: RECORD, further: file }, packed));
      expect(again).toEqual(file);
    }
  });

  it('without anything to go on with can be looked at', async () => {
    const file = await read(await written({ config: TINY, record: RECORD, further: null }, false));
    expect(file.checkpoint).toBe(null);
    expect(await asked({ kind: 'checkpoint', ask: file })).toBe(null);
  });

  it('that is damaged is refused in words', async () => {
    const whole = await written({ config: TINY, record: RECORD, further: null }, false);
    const half = new File([whole.slice(0, whole.size / 2)], 'half.dualgate.json');
    await expect(read(half)).rejects.toThrow('A run file must be JSON, but this is not');
  });
});

describe('weights', () => {
  it('are written as JSON and safetensors, and read', async () => {
    const weights = tinyWeights();
    for (const format of ['json', 'safetensors'] as const) {
      const blob = await asked({ kind: 'writeWeights', ask: { weights, format } });
      const file = new File([blob], `weights.${format}`);
      expect(await asked({ kind: 'readWeights', ask: { file } })).toEqual({ weights });
    }
  });

  it('go to PyTorch as a zip, with the momenta of the page’s checkpoint or of the file’s', async () => {
    const run = {
      config: TINY,
      recipe: 'cifar10',
      data: { name: 'x', train: 9, size: 12 },
      stepsDone: 3,
    } as const;
    const checkpoint = tinyCheckpoint(3);
    const begun = { config: TINY, input: 12, source: EMOJI, checkpoint };
    const read = { config: TINY, ...(await continuableOf(begun)) };
    const sizes: number[] = [];
    for (const further of [null, begun, read]) {
      const blob = await asked({ kind: 'writePytorch', ask: { weights: tinyWeights(), run, further } });
      expect(await blob.slice(0, 2).text()).toBe('PK');
      sizes.push(blob.size);
    }
    const [without, ofThePage, ofAFile] = sizes;
    expect(ofThePage).toBeGreaterThan(1.5 * without!);
    expect(ofAFile).toBe(ofThePage);
  });
});

it('a file that nobody wants any more is given up', async () => {
  const file = await written({ config: TINY, record: RECORD, further: null }, false);
  const controller = new AbortController();
  const reading = exchange({ kind: 'readRun', ask: { file } }, controller.signal);
  controller.abort();
  await expect(reading).rejects.toThrow(Cancelled);
  await expect(exchange({ kind: 'readRun', ask: { file } }, controller.signal)).rejects.toThrow(Cancelled);
});

it('the page attends to other things while a large file is read', async () => {
  const record = { ...EMPTY_RECORD, weights: tinyWeights({ width: 32 }) };
  const config = { ...TINY, width: 32 };
  const file = await written({ config, record, further: null }, false);
  expect(file.size).toBeGreaterThan(10e6);
  const halt = await longestHalt(() => read(file));
  const alone = await longestHalt(() => carryOut({ kind: 'readRun', ask: { file } }));
  console.log(`longest halt: ${halt.toFixed(0)} ms with a worker, ${alone.toFixed(0)} ms without`);
  expect(halt).toBeLessThan(alone / 2);
});

/** The longest time in which the page could do nothing else, ms. */
async function longestHalt(work: () => Promise<unknown>): Promise<number> {
  let done = false;
  let longest = 0;
  const finished = work().finally(() => {
    done = true;
  });
  let before = performance.now();
  while (!done) {
    await nextTask();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await finished;
  return longest;
}
