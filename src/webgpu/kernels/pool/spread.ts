import type { MapShape } from '../../../plan/maps.ts';
import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import { type Arrival, arrivalParts } from '../norm/arrival.ts';
import source from './spread.wgsl?raw';

/** Gradient of global pooling: [N, C] → a map without a border, each pixel its share. */
export function spread(task: {
  readonly x: Span;
  readonly y: Span;
  readonly map: MapShape;
  /** The ReLU whose gradient y is, judged by its map. It ends no shortcut. A tile of the sums is a column. */
  readonly arrival?: Arrival | undefined;
  readonly of: string;
}): Dispatch {
  const { x, y, map, arrival, of } = task;
  const { images, height, width, channels } = map;
  const { constants, shape, buffers } = arrivalParts(map, arrival);
  return dispatch({
    kernel: kernel('spread', source, { RELU: constants.RELU }),
    of,
    shape: { images, height, width, quads: quads(channels), share: 1 / (height * width), ...shape },
    buffers: [x, y, ...buffers],
    workgroups: linear(images * width * quads(channels)),
  });
}
