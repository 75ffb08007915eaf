import { pictureDecoder } from './pictureDecoder.ts';

/** The browser's decoder, in a page or a worker. */
export const decodeBitmap = pictureDecoder(async (bytes) => {
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  try {
    const { width, height } = bitmap;
    // A canvas without alpha is black where nothing is drawn.
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      alpha: false,
      willReadFrequently: true,
    });
    if (context === null) throw new Error('this browser gave no canvas to decode on');
    context.drawImage(bitmap, 0, 0);
    return { width, height, pixels: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
});
