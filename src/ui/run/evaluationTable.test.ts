import { expect, it } from 'vitest';
import type { EpochRow } from '../../metrics.ts';
import { csv } from '../shell/table.ts';
import { evaluationTable } from './evaluationTable.ts';

const usage = (open: readonly (number | null)[]): EpochRow['channelUsage'] =>
  open.map((share, l) => ({
    ...{ block: `layer${l + 1}.0`, channels: 4, off: 1, on: 2, dependent: 1, open: share },
  }));

const epoch = (step: number, channelUsage: EpochRow['channelUsage']): EpochRow => {
  return { epoch: step, step, knn20: { gated: 0.5, dense: 0.75 }, macRatio: 0.25, channelUsage };
};

it('says of each block how many of its channels are open, after the columns that there were', () => {
  const floors = { rawPixels: 0.2, untrained: { gated: 0.3, dense: 0.4 } };
  const rows = [epoch(1, usage([0.625, 0.5])), epoch(2, usage([0.25, null]))];
  const [head, ...lines] = csv(evaluationTable(rows, floors)).trimEnd().split('\r\n');
  expect(head).toBe(
    'epoch,step,knn20 gated,knn20 dense,macRatio,raw pixels,untrained gated,untrained dense,' +
      'layer1.0 off,layer1.0 on,layer1.0 dependent,layer2.0 off,layer2.0 on,layer2.0 dependent,' +
      'layer1.0 open,layer2.0 open',
  );
  // Old run files do not have these numbers.
  expect(lines).toEqual([
    '1,1,0.5,0.75,0.25,0.2,0.3,0.4,1,2,1,1,2,1,0.625,0.5',
    '2,2,0.5,0.75,0.25,0.2,0.3,0.4,1,2,1,1,2,1,0.25,',
  ]);
});

it('has no columns of channels without gates', () => {
  const row = { ...epoch(1, []), knn20: { gated: null, dense: 0.75 }, macRatio: null };
  const { columns } = evaluationTable([row], null);
  expect(columns.some((name) => name.endsWith(' open'))).toBe(false);
});

it('says last how many images each accuracy was measured on', () => {
  const sample = { bank: 256, test: 128, standardError: { gated: 0.044, dense: 0.038 } };
  const [head, ...lines] = csv(evaluationTable([epoch(1, []), { ...epoch(2, []), sample }], null))
    .trimEnd()
    .split('\r\n');
  expect(head).toMatch(/,bank images,test images,standard error gated,standard error dense$/);
  expect(lines[0]).toMatch(/,,,,$/);
  expect(lines[1]).toMatch(/,256,128,0\.044,0\.038$/);
});

it('has the floors of prepared pixels last', () => {
  const pixels = { centred: 0.3, perImage: 0.4, components: 0.5 };
  const floors = { rawPixels: 0.2, untrained: { gated: 0.3, dense: 0.4 }, pixels };
  const [head, line] = csv(evaluationTable([epoch(1, [])], floors)).split('\r\n');
  expect(head).toMatch(/,centred pixels,pixels less their image’s mean,whitened components$/);
  expect(line).toMatch(/,0\.3,0\.4,0\.5$/);
});

it('has the ranks of every branch after all other columns, where some evaluation has them', () => {
  const dense = { dimension: 64, rankMe: 9.5, effectiveRank: 8.25, alpha: null };
  const ranked = { ...epoch(2, []), ranks: { images: 512, branches: { dense } } };
  const [head, ...lines] = csv(evaluationTable([epoch(1, []), ranked], null))
    .trimEnd()
    .split('\r\n');
  expect(head).toMatch(/,ranked images,RankMe dense,effective rank dense,α-ReQ dense$/);
  expect(lines[0]).toMatch(/,,,,$/);
  expect(lines[1]).toMatch(/,512,9\.5,8\.25,$/);
});
