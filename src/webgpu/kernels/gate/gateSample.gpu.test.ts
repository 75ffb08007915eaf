import { beforeAll, describe, expect, it } from 'vitest';
import golden from '../../../golden/vectors/b_gate.json';
import { logisticNoise } from '../../../network/gateNoise.ts';
import { packStepScalars } from '../../../plan/stepScalars.ts';
import type { PassRows } from '../../../plan/tasks/gateTasks.ts';
import { hashedUniform } from '../../../random.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { dispatch, kernel, linear, type Span } from '../kernel.ts';
import { matmul } from '../linear/matmul.ts';
import { goldenFloats, relativeError, scattered, toQuads } from './gateRows.fixture.ts';
import { gateSample } from './gateSample.ts';
import hashSource from './hashedUniform.wgsl?raw';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const SEEDS = [0x89abcdef, 42] as const;

function stepOf(passSeeds: readonly [number, number]): Span {
  return on.input(packStepScalars({ step: 3, passSeeds, learningRate: 1, aim: 1, boundWidth: 1 }));
}

/** The gates and slopes that the reference makes of logits and noise, both [P·N, C]. */
function expectedOf(
  logits: ArrayLike<number>,
  noise: ArrayLike<number>,
  { images, firstGated, gatedPasses }: PassRows,
  channels: number,
  temperature: number,
) {
  const gates = new Float64Array(logits.length);
  const slopes = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) {
    const pass = Math.trunc(i / (images * channels));
    const gated = pass >= firstGated && pass < firstGated + gatedPasses;
    const soft = 1 / (1 + Math.exp(-(logits[i]! + noise[i]!) / temperature));
    gates[i] = gated ? Number(soft >= 0.5) : 1;
    slopes[i] = gated ? (soft * (1 - soft)) / temperature : 0;
  }
  return { gates: toQuads(gates, channels), slopes: toQuads(slopes, channels) };
}

/** Runs `gateSample` on logits [P·N, C] whose padding and dense rows are NaN. */
async function sampled(
  logits: Float32Array,
  noise: { readonly given: Span } | { readonly step: Span },
  rows: PassRows,
  { channels, counter, temperature }: { channels: number; counter: number; temperature: number },
) {
  const stored = toQuads(logits, channels, Number.NaN);
  const perPass = stored.length / rows.passes;
  stored.subarray(0, rows.firstGated * perPass).fill(Number.NaN);
  stored.subarray((rows.firstGated + rows.gatedPasses) * perPass).fill(Number.NaN);
  const [gates, slopes] = [on.poisoned(stored.length), on.poisoned(stored.length)];
  const to = { gates, slopes, noise, channels, counter, temperature, of: 'gate' };
  await on.run([gateSample({ logits: on.input(stored), ...to, ...rows })]);
  return { gates: await on.floats(gates, stored.length), slopes: await on.floats(slopes, stored.length) };
}

it('draws the very uniforms of random.ts', async () => {
  const count = 1 << 20;
  const draw = `${hashSource}
struct Shape { seed: u32, first: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> u: array<vec4f>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  u[id.x] = vec4f(hashedUniform24(shape.seed, shape.first + 4 * id.x + vec4u(0, 1, 2, 3))) / 16777216;
}`;
  for (const [seed, first] of [
    [0, 0],
    [1, 5_000_000],
    [0xdeadbeef, 0xfffff000],
    [0x7fffffff, 123],
  ] as const) {
    const u = on.poisoned(count);
    const shape = { seed, first };
    await on.run([
      dispatch({ kernel: kernel('draw', draw), shape, buffers: [u], workgroups: linear(count / 4) }),
    ]);
    const got = await on.floats(u, count);
    const wrong = got.findIndex((value, i) => value !== hashedUniform(seed, first + i));
    expect(wrong, `seed ${seed}, first differing counter`).toBe(-1);
  }
});

describe('gates drawn from the seeds', () => {
  it.each([
    { images: 1, channels: 1, passes: 2, firstGated: 0, gatedPasses: 1, counter: 0 },
    { images: 3, channels: 3, passes: 2, firstGated: 1, gatedPasses: 1, counter: 77 },
    { images: 3, channels: 63, passes: 2, firstGated: 0, gatedPasses: 2, counter: 1 << 20 },
    { images: 37, channels: 65, passes: 2, firstGated: 0, gatedPasses: 1, counter: 3 },
  ])('are those of gateNoise.ts: %o', async ({ channels, counter, ...rows }) => {
    const temperature = 0.66667;
    const logits = scattered(rows.passes * rows.images * channels).map((value) => 3 * value);
    const perPass = rows.images * channels;
    const uniforms = logits.map((_, i) =>
      hashedUniform(SEEDS[Math.trunc(i / perPass) as 0 | 1], counter + (i % perPass)),
    );
    const noise = Float64Array.from(uniforms, (u) => Math.log(u + 1e-8) - Math.log(1 - u + 1e-8));
    const got = await sampled(logits, { step: stepOf(SEEDS) }, rows, { channels, counter, temperature });
    const expected = expectedOf(logits, noise, rows, channels, temperature);
    expect(got.gates).toEqual(expected.gates);
    expect(relativeError(got.slopes, expected.slopes)).toBeLessThan(2e-6);
  });

  it('draw every channel of an image and every image on its own', async () => {
    const rows = { images: 64, passes: 1, firstGated: 0, gatedPasses: 1 };
    const at = { channels: 64, counter: 0, temperature: 1 };
    const { gates } = await sampled(new Float32Array(4096), { step: stepOf([5, 6]) }, rows, at);
    const open = gates.reduce((sum, gate) => sum + gate, 0) / gates.length;
    expect(open).toBeGreaterThan(0.47);
    expect(open).toBeLessThan(0.53);
  });
});

it.each([
  { images: 1, channels: 1, inputs: 1, passes: 2, firstGated: 0, gatedPasses: 1 },
  { images: 3, channels: 63, inputs: 3, passes: 2, firstGated: 1, gatedPasses: 1 },
  { images: 33, channels: 65, inputs: 17, passes: 2, firstGated: 0, gatedPasses: 2 },
])('makes its logits by a layer, as matmul would: %o', async ({ channels, inputs, ...rows }) => {
  const { images, passes, firstGated, gatedPasses } = rows;
  const input = on.input(toQuads(scattered(passes * images * inputs), inputs));
  const pitch = toQuads(new Float32Array(channels), channels).length;
  const weights = new Float32Array(4 * Math.ceil(inputs / 4) * pitch);
  weights.set(toQuads(scattered(inputs * channels, 31), channels));
  const w = on.input(weights);
  const size = passes * images * pitch;
  const [apart, atOnce] = [
    on.input(new Float32Array(size).fill(7)),
    on.input(new Float32Array(size).fill(7)),
  ];
  const results = () => ({ gates: on.poisoned(size), slopes: on.poisoned(size) });
  const [first, second] = [results(), results()];
  const common = {
    ...rows,
    noise: { step: stepOf(SEEDS) },
    channels,
    counter: 5,
    temperature: 0.7,
    of: 'gate',
  };
  const place = { aRow: firstGated * images, yRow: firstGated * images };
  await on.run([
    matmul({ a: input, b: w, y: apart, m: gatedPasses * images, k: inputs, n: channels, ...place }),
    gateSample({ ...common, logits: apart, ...first }),
    gateSample({ ...common, logits: atOnce, ...second, linear: { input, w, inputs } }),
  ]);
  const logits = await on.floats(apart, size);
  expect(relativeError(await on.floats(atOnce, size), logits)).toBeLessThan(1e-6);
  expect(await on.floats(second.gates, size)).toEqual(await on.floats(first.gates, size));
  expect(
    relativeError(await on.floats(second.slopes, size), await on.floats(first.slopes, size)),
  ).toBeLessThan(1e-5);
});

describe.each(golden.gate)('golden gate, temperature $tau', (file) => {
  it('samples as the authors do, at u = 0 and u = 1 − 2⁻²⁴ as well', async () => {
    const [images, channels] = file.logits.shape as [number, number];
    const rows = { images, passes: 1, firstGated: 0, gatedPasses: 1 };
    const at = { channels, counter: 0, temperature: file.tau };
    const noise = { given: on.input(toQuads(logisticNoise(goldenFloats(file.U)), channels)) };
    const { gates, slopes } = await sampled(goldenFloats(file.logits), noise, rows, at);
    expect(gates).toEqual(toQuads(goldenFloats(file.hard).map(Math.round), channels));
    const gradient = toQuads(goldenFloats(file.upstream), channels).map((up, i) => up * slopes[i]!);
    expect(relativeError(gradient, toQuads(goldenFloats(file.dlogits), channels))).toBeLessThan(1e-6);
  });
});

it('keeps the epsilons of the noise where u is next to 0 and next to 1', async () => {
  // A seed and a counter whose uniform is near an end: of 2^22 counters the least and the greatest.
  const uniforms = Float32Array.from({ length: 1 << 22 }, (_, k) => hashedUniform(9, k));
  const extremes = [uniforms.indexOf(uniforms.reduce((a, b) => Math.min(a, b)))];
  extremes.push(uniforms.indexOf(uniforms.reduce((a, b) => Math.max(a, b))));
  for (const counter of extremes) {
    const u = uniforms[counter]!;
    const logistic = Math.log(u + 1e-8) - Math.log(1 - u + 1e-8);
    const rows = { images: 1, passes: 1, firstGated: 0, gatedPasses: 1 };
    const at = { channels: 2, counter, temperature: 1 };
    // Logits that cancel the noise up to a slope that tells it.
    const { slopes } = await sampled(Float32Array.of(1 - logistic, 0), { step: stepOf([9, 0]) }, rows, at);
    const soft = 1 / (1 + Math.exp(-1));
    expect(Math.abs(slopes[0]! - soft * (1 - soft))).toBeLessThan(1e-6);
  }
});
