import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { networkOf, systemOf } from './fromConfig.ts';
import { buildNetwork } from './layers.ts';
import { branchChannels, branchFeatures, branchMacs, slimBranch, widthOf } from './slim.ts';

const resnet = (width: number, stemPadding: number) =>
  buildNetwork({
    input: 32,
    width,
    stem: 'cifar',
    stemPadding,
    gated: false,
    bn: 'shared',
    projector: { hidden: 8, output: 8 },
  });

// Zhao et al.'s widths with Krishna et al.'s way of counting, in millions, for ResNet-18 and width 16.
it.each([
  [64, 2, [703.56, 396.13, 176.39, 44.35]],
  [64, 1, [555.42, 312.75, 139.3, 35.05]],
  [16, 1, [35.05, 19.8, 8.87, 2.27]],
] as const)('branchMacs of width %i with stem padding %i', (width, padding, millions) => {
  const network = resnet(width, padding);
  const got = (['dense', 'slim75', 'slim50', 'slim25'] as const).map((branch) => branchMacs(network, branch));
  expect(got[0]).toBe(network.denseMacs);
  got.forEach((macs, i) => {
    expect(macs / 1e6).toBeCloseTo(millions[i]!, 2);
  });
});

it('a narrow width’s MACs are those of the network of that width', () => {
  expect(branchMacs(resnet(16, 2), 'slim50')).toBe(resnet(8, 2).denseMacs);
  expect(branchMacs(resnet(16, 2), 'slim25')).toBe(resnet(4, 2).denseMacs);
});

it('channels are cut to whole ones, and never to none', () => {
  expect(branchChannels(64, 'slim55')).toBe(35);
  // In binary floating point .29 · 100 is 28.999….
  expect(branchChannels(100, 'slim29')).toBe(29);
  expect(branchChannels(8, 'slim5')).toBe(1);
  expect(branchChannels(8, 'gated')).toBe(8);
  expect(branchFeatures(resnet(8, 2), 'slim25')).toBe(16);
});

it('names of widths go there and back', () => {
  for (const width of [0.05, 0.29, 0.55, 0.75]) expect(widthOf(slimBranch(width))).toBe(width);
  expect([widthOf('dense'), widthOf('gated')]).toEqual([1, 1]);
});

it('SlimCLR’s loss weighs the full width as 1 plus the narrow ones, halves theirs for distillation, and starts slowly', () => {
  const slimclr = { ...DEFAULT_CONFIG, system: 'slimmable', slimForm: 'slimclr' } as const;
  const all = systemOf(slimclr);
  expect(all.branches).toEqual(['slim25', 'slim50', 'slim75', 'dense']);
  expect(all.passes.map(({ branch }) => branch)).toEqual(
    ['dense', 'slim75', 'slim50', 'slim25'].flatMap((branch) => [branch, branch]),
  );
  expect(all.terms.map(({ weight }) => weight)).toEqual([2.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  expect(all.terms.map(({ early }) => early)).toEqual([1, 0, 0, 0, 0, 0, 0]);
  const plain = systemOf({ ...slimclr, slowStart: false, distillation: false, reweighting: false });
  expect(plain.terms.map(({ kind, weight, early }) => [kind, weight, early])).toEqual(
    Array.from({ length: 4 }, () => ['vicreg', 1, 1]),
  );
  const contrastive = systemOf({ ...slimclr, slimObjective: 'contrastive' });
  expect(new Set(contrastive.terms.map(({ kind }) => kind))).toEqual(
    new Set(['contrastive', 'distil-logits']),
  );
});

it('dual slim has a projector of one width, as dual gating', () => {
  const config = { ...DEFAULT_CONFIG, system: 'slimmable', slimForm: 'dual', slimWidth: 0.55 } as const;
  expect(systemOf(config).passes).toEqual([
    { view: 0, branch: 'slim55' },
    { view: 1, branch: 'dense' },
  ]);
  const { spec } = networkOf(config, 32);
  expect(spec).toMatchObject({ slim: ['slim55'], slimProjector: false, gated: false, bn: 'shared' });
});
