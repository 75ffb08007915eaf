import { beforeAll, describe, expect, it } from 'vitest';
import { configOf, noiseImages } from '../benchmark/workload.ts';
import { RECIPES } from '../data/images/recipe.ts';
import { useBackend } from '../method/backend.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import { deviation } from '../method/numbers.fixture.ts';
import { networkOf } from '../network/fromConfig.ts';
import { gatedMacs } from '../network/macs.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { type Form, inferenceForms } from './forms.ts';
import { measureInference } from './measure.ts';
import { inferenceCpu } from './openCpu.ts';
import { FORM_NAMES } from './report.ts';
import { standIn } from './standIn.ts';

const images = noiseImages(5);
const network = networkOf(configOf({ width: 8, batch: 4 }), images.size);
const gated = standIn(network);
let gates: readonly Uint8Array[];
let forms: ReturnType<typeof inferenceForms>;
const encode = ({ frozen }: Pick<Form, 'frozen'>) =>
  new FrozenEncoder(frozen, RECIPES.cifar10.evaluation).encode(images, 0, images.count);

beforeAll(async () => {
  await useBackend('wasm');
  ({ gates } = await encode({ frozen: gated }));
  forms = inferenceForms(gated, gates);
});

describe('the forms of a gated network', () => {
  it('stand in for a trained one with channels of all three kinds', () => {
    const { channels } = network.blocks[7]!;
    const opened = Array.from({ length: channels }, (_, c) =>
      Array.from(images.pixels.subarray(0, 5)).reduce((sum, _p, n) => sum + gates[7]![n * channels + c]!, 0),
    );
    expect(opened.filter((count) => count === 5).length).toBeGreaterThan(0);
    expect(opened.filter((count) => count === 0).length).toBeGreaterThan(channels / 2);
  });

  it('conditional: gives the masked features, at the MACs that the open channels cost', async () => {
    const [masked, conditional] = [await encode(forms.masked), await encode(forms.conditional)];
    expect(deviation(conditional.features, masked.features)).toBeLessThan(1e-6);
    const open = network.blocks.map((_, l) => gates[l]!.reduce((sum, on) => sum + on, 0) / images.count);
    // Gates lose the rows of the channels that were cut.
    const rows = network.blocks.reduce(
      (sum, { bottleneck, channels }, l) =>
        sum + bottleneck * (channels - forms.conditional.frozen.inner[l]!),
      0,
    );
    expect(forms.conditional.macs).toBeCloseTo(gatedMacs(network, open) - rows, 3);
    forms.conditional.frozen.inner.forEach((inner) => {
      expect(inner % 4).toBe(0);
    });
  });

  it('cost ever less', () => {
    expect(forms.dense.macs).toBe(network.denseMacs);
    expect(forms.masked.macs).toBeGreaterThan(forms.dense.macs);
    expect(forms.sliced.macs).toBeLessThan(0.5 * forms.dense.macs);
  });
});

it('a measurement says what was run, compares with the dense form, and can be cancelled', async () => {
  const { name, open } = inferenceCpu({ pool: nodePlaces(), threads: 1 });
  const order = { engine: 'wasm', device: name, images, rounds: { latency: 1, throughput: 1 } } as const;
  const told: number[] = [];
  const onProgress = async (done: number, total: number) => void told.push(done / total);
  const report = await measureInference(forms, open, { ...order, onProgress });
  expect(told.at(-1)).toBe(1);
  expect(report).toMatchObject({
    width: 8,
    batch: 5,
    engine: 'wasm',
    device: 'own WebAssembly kernels, one thread',
  });
  for (const name of FORM_NAMES) expect(report.forms[name].latencyMs).toBeGreaterThan(0);
  const { dense, sliced } = report.forms;
  expect(report.speedups.sliced.promised).toBe(dense.macs / sliced.macs);
  expect(report.speedups.sliced.throughput).toBe(sliced.imagesPerSecond / dense.imagesPerSecond);
  const cancel = async () => {
    throw new Error('enough');
  };
  await expect(measureInference(forms, open, { ...order, onProgress: cancel })).rejects.toThrow('enough');
});
