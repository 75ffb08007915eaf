import { expect, it } from 'vitest';
import { committedRun } from '../../store/recorded/committed.fixture.ts';
import type { Ready } from '../../store/run/run.ts';
import { csv } from '../shell/table.ts';
import { placesTable, selectionTable } from './mapTables.ts';

const { record } = committedRun('dual-gating');
const { data, network, ...others } = record.ready!;
const ready: Ready = {
  ...others,
  data: { ...data, classes: ['cat', 'dog'] },
  // Of the first two blocks, layer1.0 and layer1.1, a few channels.
  network: { ...network, blocks: [2, 3].map((channels, i) => ({ ...network.blocks[i]!, channels })) },
  mapImages: { count: 3, labels: Uint8Array.of(1, 0, 1), pixels: new Uint8Array(0) },
};
const layout = (...xy: number[]) => ({
  ...{ epoch: 0, step: 1, projection: 'pca' as const, neighbours: null },
  xy: Float32Array.from(xy),
});
const maps = { dense: layout(0, 1, 2, 3, 4, 5), slim50: layout(6, 7, 8, 9, 10, 11) };
const gates = {
  ...{ epoch: 0, step: 1 },
  blocks: [Uint8Array.of(1, 0, 0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 1, 0)],
};

it('every map has two columns in the table of places', () => {
  expect(csv(placesTable(ready, maps)).split('\r\n').slice(0, 3)).toEqual([
    'image,class,dense x,dense y,slim50 x,slim50 y',
    '0,dog,0,1,6,7',
    '1,cat,2,3,8,9',
  ]);
});

it('a selection leaves with its groups, places and gates', () => {
  const groups = { a: new Set([2, 0]), b: new Set([1]) };
  expect(
    csv(selectionTable(ready, maps, gates, groups))
      .trim()
      .split('\r\n'),
  ).toEqual([
    'image,group,class,dense x,dense y,slim50 x,slim50 y,gates layer1.0,gates layer1.1',
    '0,A,dog,0,1,6,7,10,001',
    '2,A,dog,4,5,10,11,11,010',
    '1,B,cat,2,3,8,9,01,111',
  ]);
  expect(csv(selectionTable(ready, maps, null, groups)).split('\r\n')[0]).not.toContain('gates');
});
