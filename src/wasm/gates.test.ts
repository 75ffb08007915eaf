import { describe, expect, it } from 'vitest';
import golden from '../golden/vectors/c_sparsity.json';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { buildNetwork } from '../network/layers.ts';
import { fixedMacs, macsPerOpenChannel } from '../network/macs.ts';
import { packStepScalars } from '../plan/stepScalars.ts';
import type { PassRows } from '../plan/tasks/gateTasks.ts';
import { goldenFloats, toQuads } from '../webgpu/kernels/gate/gateRows.fixture.ts';
import { type Budget, budget, budgetTable, gateGradient, gateSample } from './gates.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';

const network = buildNetwork({
  ...{ input: 32, width: golden.width, stem: 'cifar', stemPadding: 2, gated: true, bn: 'separate' },
  projector: { hidden: 8, output: 8 },
});
const numbers = { step: 0, learningRate: 0, aim: 0, boundWidth: 0, passSeeds: [0, 0] } as const;

const ROWS: readonly PassRows[] = [
  { images: 1, passes: 1, firstGated: 0, gatedPasses: 1 },
  { images: 5, passes: 2, firstGated: 0, gatedPasses: 1 },
  { images: 7, passes: 2, firstGated: 1, gatedPasses: 1 },
  { images: 3, passes: 2, firstGated: 0, gatedPasses: 2 },
];
const titled = ROWS.map((rows): [string, PassRows] => [
  `${rows.gatedPasses} of ${rows.passes} passes of ${rows.images} from ${rows.firstGated}`,
  rows,
]);

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);
  const placed = (values: ArrayLike<number>, channels: number) =>
    bench.place(toQuads(values, channels, Number.NaN));
  const room = (rows: number, channels: number) => bench.room(16 * rows * Math.ceil(channels / 4));

  it.each(titled)('sample gates by given noise, and take gradients through them: %s', (_title, rows) => {
    const { images, passes, firstGated, gatedPasses } = rows;
    const channels = 6;
    const temperature = 2 / 3;
    const count = passes * images * channels;
    const [logits, noise, dGates] = [
      drawn(count, 1),
      drawn(count, 2).map((value) => 4 * value),
      drawn(count, 3),
    ];
    const coefficients = drawn(2 * gatedPasses * 3, 4);
    const outcome = (parts: number) => {
      bench.clear();
      const gates = room(passes * images, channels);
      const slopes = room(passes * images, channels);
      const dLogits = room(passes * images, channels);
      const common = { ...rows, channels, gates, slopes };
      bench.runSplit(
        parts,
        gateSample({
          ...common,
          ...{ logits: placed(logits, channels), noise: { given: placed(noise, channels) } },
          ...{ counter: 0, temperature },
        }),
        gateGradient({
          ...common,
          ...{ dGates: bench.place(toQuads(dGates, channels)), dLogits },
          ...{ coefficients: bench.place(coefficients), block: 1, blocks: 3 },
        }),
      );
      const bytes = 16 * passes * images * Math.ceil(channels / 4);
      return [gates, slopes, dLogits].map((at) => bench.read(at, bytes));
    };
    const wanted = [0, 1, 2].map(() => new Float64Array(count));
    for (let i = 0; i < count; i++) {
      const pass = Math.floor(i / (images * channels));
      const gated = pass >= firstGated && pass < firstGated + gatedPasses;
      const soft = 1 / (1 + Math.exp(-Math.fround(logits[i]! + noise[i]!) / temperature));
      const slope = gated ? (soft * (1 - soft)) / temperature : 0;
      const gate = gated ? Number(soft >= 0.5) : 1;
      const cost = 2 * ((pass - firstGated) * 3 + 1);
      wanted[0]![i] = gate;
      wanted[1]![i] = slope;
      // Rows of dense passes have no gradient, and nobody writes them.
      wanted[2]![i] = gated
        ? (dGates[i]! + coefficients[cost]! + gate * coefficients[cost + 1]!) * slope
        : Number.NaN;
    }
    const got = outcome(1);
    expect(got[0]).toEqual(toQuads(wanted[0]!, channels));
    expect(worst(got[1]!, toQuads(wanted[1]!, channels))).toBeLessThan(1e-6);
    const known = (values: ArrayLike<number>) => Array.from(values).filter((value) => !Number.isNaN(value));
    const padded = toQuads(wanted[2]!, channels);
    const first = firstGated * images * 8;
    const last = first + gatedPasses * images * 8;
    expect(worst(known(got[2]!), [...padded.subarray(first, last)])).toBeLessThan(1e-6);
    expect(outcome(3)).toEqual(got);
  });

  it('draw the noise of network/gateNoise.ts by the step’s seeds', () => {
    const [seeds, images] = [[0x89abcdef, 42] as const, 3];
    const noises = seeds.map((seed) => gateDraws(network, images, seed).map(logisticNoise));
    let counter = 0;
    network.blocks.forEach(({ channels }, block) => {
      bench.clear();
      const noise = noises.flatMap((all) => [...all[block]!]);
      const logits = drawn(noise.length, 9);
      const rows = { images, passes: 2, firstGated: 0, gatedPasses: 2 };
      const common = { ...rows, logits: placed(logits, channels), channels, counter, temperature: 1 };
      const sampled = (source: { given: number } | { step: number }) => {
        const [gates, slopes] = [room(2 * images, channels), room(2 * images, channels)];
        bench.run(gateSample({ ...common, gates, slopes, noise: source }));
        return [bench.read(gates, 8 * images * channels), bench.read(slopes, 8 * images * channels)] as const;
      };
      const own = sampled({ step: bench.place(packStepScalars({ ...numbers, passSeeds: seeds })) });
      const given = sampled({ given: placed(noise, channels) });
      expect(own[0]).toEqual(given[0]);
      expect(worst(own[1], given[1])).toBeLessThan(1e-6);
      counter += images * channels;
    });
  });

  /** Terms and coefficients of one mask [P·N, C] for each block. */
  function costOf(
    masks: readonly Float32Array[],
    rows: PassRows,
    objective: Pick<Budget, 'budgetWeight' | 'boundWeight' | 'share'>,
    step: { aim: number; boundWidth: number },
  ) {
    bench.clear();
    const blocks = network.blocks.map((block, l) => ({
      gates: bench.place(masks[l]!),
      channels: block.channels,
      macsPerOpenChannel: macsPerOpenChannel(block),
    }));
    const { denseMacs } = network;
    const pairs = rows.gatedPasses * blocks.length;
    const [counts, coefficients, terms] = [4, 8, 16].map((bytes) => bench.room(bytes * pairs));
    bench.run(
      ...budget({
        ...{ ...rows, ...objective, blocks, denseMacs, fixedMacs: fixedMacs(network) },
        table: bench.place(budgetTable({ blocks, denseMacs })),
        step: bench.place(packStepScalars({ ...numbers, ...step })),
        ...{ counts: counts!, coefficients: coefficients!, terms: terms! },
      }),
    );
    return { terms: bench.read(terms!, 16), coefficients: bench.read(coefficients!, 8 * pairs) };
  }

  it.each(golden.sets.map((set) => [set.kind, set] as const))(
    'tell what golden masks cost, and how they pull: %s',
    (_kind, { masks, rows }) => {
      const onePass = { images: golden.N, passes: 1, firstGated: 0, gatedPasses: 1 };
      for (const { lbda, gamma, t_d, p, ...row } of rows) {
        const weights = { budgetWeight: lbda, boundWeight: gamma, share: 1 };
        const step = { aim: t_d, boundWidth: p };
        const { terms, coefficients } = costOf(masks.map(goldenFloats), onePass, weights, step);
        const at = `λ=${lbda} γ=${gamma} t_d=${t_d} p=${p}`;
        [row.rloss + row.bloss, row.rloss, row.bloss, row.ratio].forEach((value, i) => {
          expect(Math.abs(terms[i]! - value), `term ${i}, ${at}`).toBeLessThan(2e-6);
        });
        const slopes = coefficients.filter((_value, i) => i % 2 === 0);
        expect(worst(slopes, row.drloss_dmask), `budget slopes, ${at}`).toBeLessThan(2e-6);
        const bounds = coefficients.filter((_value, i) => i % 2 === 1);
        row.dbloss_dmask_on_off.forEach(([open], l) => {
          if (open === null || open === undefined) return;
          expect(Math.abs(bounds[l]! - open), `bound slope of block ${l}, ${at}`).toBeLessThan(2e-8);
        });
      }
    },
  );

  it('average gated passes, and leave the gates of dense ones out', () => {
    const images = 3;
    const masksOf = (every: number) =>
      network.blocks.map(({ channels }) =>
        Float32Array.from({ length: images * channels }, (_value, i) => Number(i % every === 0)),
      );
    const joined = (first: readonly Float32Array[], second: readonly Float32Array[]) =>
      first.map((mask, l) => Float32Array.of(...mask, ...second[l]!));
    const step = { aim: 0.4, boundWidth: 0.8 };
    const weights = { budgetWeight: 30, boundWeight: 2, share: 1 };
    const alone = (every: number) =>
      costOf(masksOf(every), { images, passes: 1, firstGated: 0, gatedPasses: 1 }, weights, step);
    const [first, second] = [alone(2), alone(5)];
    const both = { images, passes: 2, firstGated: 0, gatedPasses: 2 };
    const masks = joined(masksOf(2), masksOf(5));
    const mean = costOf(masks, both, { ...weights, share: 0.5 }, step);
    const half = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a, (value, i) => (value + b[i]!) / 2);
    expect(worst(mean.terms, half(first.terms, second.terms))).toBeLessThan(1e-6);
    const coefficients = [...first.coefficients, ...second.coefficients].map((value) => value / 2);
    expect(worst(mean.coefficients, coefficients)).toBeLessThan(1e-6);
    const dense = { images, passes: 2, firstGated: 1, gatedPasses: 1 };
    expect(costOf(masks, dense, weights, step)).toEqual(second);
  });
});
