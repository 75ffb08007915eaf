import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, kernel, linear, type Span } from '../kernel.ts';
import source from './globalPool.wgsl?raw';

export interface GlobalPool {
  /** Bordered map [images, H + 2·border, W + 2·border, C]; only its inner pixels are read. */
  readonly x: Span;
  /** [images, C], overwritten. */
  readonly y: Span;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly border: number;
  readonly channels: number;
  /**
   * Invocations that share the pixels of one quad of channels. It is 1 on software adapters, where an
   * invocation is costly, and 16 where images · quads alone would leave a GPU idle.
   */
  readonly split?: 1 | 16;
  readonly of?: string;
}

/**
 * Mean over the pixels, [images, H, W, C] → [images, C]: the features, and the input of a block's gate
 * (method §2).
 */
export function globalPool(pool: GlobalPool): Dispatch {
  const { x, y, images, height, width, border, channels, split = 1, of = '' } = pool;
  const cells = images * quads(channels);
  return dispatch({
    kernel: kernel('globalPool', source, { SPLIT: split }),
    of,
    shape: { cells, quads: quads(channels), height, width, border },
    buffers: [x, y],
    workgroups: linear(cells, 64 / split),
  });
}
