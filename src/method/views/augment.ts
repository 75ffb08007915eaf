import type { Images } from '../../data/images/dataset.ts';
import { normalisationTable, normaliseBytes, outputOf } from '../../data/images/normalise.ts';
import type { Normalisation } from '../../data/images/recipe.ts';
import type { Jitter, ViewParameters } from '../../data/images/views.ts';
import { cropResize, resampleScratch } from '../../data/pictures/resample.ts';
import { blurScratch, gaussianBlur } from './blur.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  rotateHue,
  solarize,
  toGrayscale,
} from './colour.ts';

// N is the number of views, S the side of the network's input; there are 3 channels. Byte arithmetic is
// PIL's, so that a view equals the authors'.

const CHANNELS = 3;

/** Renders views one after the other in the same buffers, so that no view allocates memory. */
export interface ViewRenderer {
  /**
   * One view as bytes, u8 [S, S, 3]. The buffer belongs to the renderer: read it before the next call.
   * @param source bytes of many images; the view is of image `index`
   */
  render(source: Uint8Array, index: number, view: ViewParameters): Uint8Array;
}

/** @param sourceSize side of the source images, pixels; @param size side of the views */
export function viewRenderer(sourceSize: number, size: number): ViewRenderer {
  const image = new Uint8Array(size * size * CHANNELS);
  const betweenPasses = resampleScratch(sourceSize, size);
  const lines = blurScratch(size);
  return {
    render(source, index, view) {
      checkCrop(view, sourceSize);
      const offset = index * sourceSize * sourceSize * CHANNELS;
      cropResize(source, offset, sourceSize, view.crop, image, size, betweenPasses);
      if (view.jitter) applyJitter(image, view.jitter);
      if (view.grayscale) toGrayscale(image);
      if (view.blur !== null) gaussianBlur(image, size, view.blur, lines);
      if (view.solarize !== null) solarize(image, view.solarize);
      if (view.flip) flipRows(image, size);
      return image;
    },
  };
}

/**
 * The views of a batch as the network's input (method §6).
 * @param indices rows of `images`, [N]
 * @param views how to make each row's view, [N]
 * @returns f32 [N, S, S, 3], S = images.size; at the start of `out` if it is given
 */
export function augmentBatch(
  images: Images,
  indices: Uint32Array,
  views: readonly ViewParameters[],
  normalisation: Normalisation,
  out?: Float32Array,
): Float32Array {
  if (views.length !== indices.length) {
    throw new Error(`augmentBatch: needs one view per image, ${indices.length}, got ${views.length}`);
  }
  const { size, pixels, count } = images;
  const perImage = size * size * CHANNELS;
  const target = outputOf('augmentBatch', indices.length * perImage, out);
  const table = normalisationTable(normalisation);
  const renderer = viewRenderer(size, size);
  indices.forEach((index, row) => {
    if (index >= count) throw new Error(`augmentBatch: index must be below ${count}, got ${index}`);
    normaliseBytes(renderer.render(pixels, index, views[row]!), table, target, row * perImage);
  });
  return target;
}

function applyJitter(image: Uint8Array, jitter: Jitter): void {
  for (const operation of jitter.order) {
    switch (operation) {
      case 'brightness':
        adjustBrightness(image, jitter.brightness);
        break;
      case 'contrast':
        adjustContrast(image, jitter.contrast);
        break;
      case 'saturation':
        adjustSaturation(image, jitter.saturation);
        break;
      case 'hue':
        // Even a turn by 0 costs levels in 8-bit HSV, so a jitter without hue skips it.
        if (jitter.hue !== 0) rotateHue(image, jitter.hue);
        break;
    }
  }
}

/** Mirrors each row. */
function flipRows(image: Uint8Array, size: number): void {
  for (let y = 0; y < size; y++) {
    let left = y * size * CHANNELS;
    let right = left + (size - 1) * CHANNELS;
    for (; left < right; left += CHANNELS, right -= CHANNELS) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const kept = image[left + channel]!;
        image[left + channel] = image[right + channel]!;
        image[right + channel] = kept;
      }
    }
  }
}

function checkCrop({ crop: { top, left, height, width } }: ViewParameters, size: number): void {
  const inside =
    top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= size && left + width <= size;
  if (!inside || ![top, left, height, width].every(Number.isInteger)) {
    throw new Error(
      `view: crop must be whole pixels within ${size} × ${size}, got top ${top}, left ${left}, height ${height}, width ${width}`,
    );
  }
}
