import { type MapShape, mapSize, quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { pooledShape } from '../../../plan/tasks/mapTasks.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './maxPool.wgsl?raw';
import gradientSource from './maxPoolGradient.wgsl?raw';

/** x, bordered by one pixel, → y, bordered by one pixel; `taps` has y's size without the border. */
export function maxPool(task: {
  readonly map: MapShape;
  readonly x: Span;
  readonly y: Span;
  readonly taps: Span;
  readonly of: string;
}): Dispatch {
  const { map, x, y, taps, of } = task;
  const pooled = { ...pooledShape(map), border: 1 };
  const cells = mapSize(pooled) / 4;
  return dispatch({
    kernel: kernel('maxPool', source),
    of,
    shape: {
      cells,
      quads: quads(map.channels),
      height: pooled.height,
      width: pooled.width,
      inHeight: map.height,
      inWidth: map.width,
    },
    buffers: [x, y, taps],
    workgroups: linear(cells),
  });
}

/** Gradient of x, without a border, from dy, without a border. */
export function maxPoolGradient(task: {
  /** Of x. */
  readonly map: MapShape;
  readonly dy: Span;
  readonly taps: Span;
  readonly dx: Span;
  readonly of: string;
}): Dispatch {
  const { map, dy, taps, dx, of } = task;
  const pooled = pooledShape(map);
  const cells = mapSize({ ...map, border: 0 }) / 4;
  return dispatch({
    kernel: kernel('maxPoolGradient', gradientSource),
    of,
    shape: {
      cells,
      quads: quads(map.channels),
      height: map.height,
      width: map.width,
      outHeight: pooled.height,
      outWidth: pooled.width,
    },
    buffers: [dy, taps, dx],
    workgroups: linear(cells),
  });
}
