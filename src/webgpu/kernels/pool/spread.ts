import type { MapShape } from '../../../plan/maps.ts';
import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './spread.wgsl?raw';

/** Gradient of global pooling: [N, C] → a map without a border, each pixel its share. */
export function spread(task: {
  readonly x: Span;
  readonly y: Span;
  readonly map: MapShape;
  readonly of: string;
}): Dispatch {
  const { x, y, map, of } = task;
  const pixels = map.height * map.width;
  const cells = map.images * pixels * quads(map.channels);
  return dispatch({
    kernel: kernel('spread', source),
    of,
    shape: { cells, pixels, quads: quads(map.channels), share: 1 / pixels },
    buffers: [x, y],
    workgroups: linear(cells),
  });
}
