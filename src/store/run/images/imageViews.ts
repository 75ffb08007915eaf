import { create } from 'zustand';
import { ImageViewsClient } from '../../../session/door/imageViewsClient.ts';
import type { ViewPair } from '../../../session/door/viewsProtocol.ts';
import type { Ready } from '../run.ts';
import { pixelsOfImage } from './imageReadings.ts';

/** Two views of a map image, or why there are none. */
export type DrawnViews =
  | { readonly draw: number; readonly views: ViewPair['views'] }
  | { readonly draw: number; readonly fault: string };

/** The augmented views of map images. */
export interface ImageViews {
  /** Number of the draw, from 0: the same for all images, so that two of them can be compared. */
  readonly draw: number;
  /** The run whose images were drawn; null before the first. */
  readonly of: Ready | null;
  /** By image. They may still be of the draw before. */
  readonly drawn: ReadonlyMap<number, DrawnViews>;
  /** Makes the views of an image by the run's settings and seed. Without its pixels, nothing happens. */
  make(ready: Ready, image: number): void;
  drawAgain(): void;
}

/** A draw needs all draws before it, so a high number takes long. */
const MOST_DRAWS = 1000;
/** Images whose views are kept: pointing at many images must not fill the memory. */
const MOST_KEPT = 40;

export const useImageViews = create<ImageViews>()((set, get) => {
  const client = new ImageViewsClient();

  function keep(ready: Ready, image: number, drawn: DrawnViews): void {
    const { draw, of, drawn: before } = get();
    if (drawn.draw !== draw) return;
    const kept = of === ready ? [...before].filter(([other]) => other !== image).slice(1 - MOST_KEPT) : [];
    set({ of: ready, drawn: new Map([...kept, [image, drawn]]) });
  }

  return {
    draw: 0,
    of: null,
    drawn: new Map(),
    make: (ready, image) => {
      const { draw, of, drawn } = get();
      if (of === ready && drawn.get(image)?.draw === draw) return;
      const pixels = pixelsOfImage(ready, image);
      if (pixels === null) return;
      const { config, data } = ready;
      const { seed, minCrop, jitter, grayscale } = config;
      client
        .views({
          image: { pixels, size: data.size, recipe: data.recipe },
          config: { seed, minCrop, jitter, grayscale },
          draw,
        })
        .then(
          (views) => keep(ready, image, { draw, views }),
          (error: unknown) => {
            const fault = error instanceof Error ? error.message : String(error);
            keep(ready, image, { draw, fault });
          },
        );
    },
    drawAgain: () => set(({ draw }) => ({ draw: (draw + 1) % MOST_DRAWS })),
  };
});
