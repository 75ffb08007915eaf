import type { Branch } from '../../metrics.ts';
import { gateBits, type MapGates } from '../../store/run/channels.ts';
import { className } from '../../store/run/labels.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import type { Selection } from '../../store/run/selection.ts';
import type { Table } from '../shell/table.ts';

type Maps = RunRecord['maps'];

/** Where each map image lies on every map. */
export function placesTable(ready: Ready, maps: Maps): Table {
  const branches = branchesIn(maps);
  return {
    caption: 'Place of each test image on the maps; units are the projection’s own.',
    columns: ['image', 'class', ...placeColumns(branches)],
    length: ready.mapImages.count,
    row: (image) => [image, className(ready, image), ...placesOf(maps, branches, image)],
  };
}

/** The images of groups A and B: their class, their places on every map, and their gates. */
export function selectionTable(
  ready: Ready,
  maps: Maps,
  gates: MapGates | null,
  groups: Selection['groups'],
): Table {
  const branches = branchesIn(maps);
  const { blocks } = ready.network;
  const rows = (['a', 'b'] as const).flatMap((group) =>
    [...groups[group]].sort((x, y) => x - y).map((image) => ({ group: group.toUpperCase(), image })),
  );
  return {
    caption: 'The selected test images; gates are one digit per channel, 1 = open.',
    columns: [
      ...['image', 'group', 'class', ...placeColumns(branches)],
      ...(gates ? blocks.map(({ name }) => `gates ${name}`) : []),
    ],
    length: rows.length,
    row: (i) => {
      const { group, image } = rows[i]!;
      const places = placesOf(maps, branches, image);
      return [
        image,
        group,
        className(ready, image),
        ...places,
        ...(gates ? gateBits(blocks, gates, image) : []),
      ];
    },
  };
}

function branchesIn(maps: Maps): Branch[] {
  return (Object.keys(maps) as Branch[]).filter((branch) => maps[branch] !== undefined);
}

function placeColumns(branches: readonly Branch[]): string[] {
  return branches.flatMap((branch) => [`${branch} x`, `${branch} y`]);
}

function placesOf(maps: Maps, branches: readonly Branch[], image: number): (number | null)[] {
  return branches.flatMap((branch) => [
    maps[branch]?.xy[2 * image] ?? null,
    maps[branch]?.xy[2 * image + 1] ?? null,
  ]);
}
