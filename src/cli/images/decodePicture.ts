import sharp from 'sharp';
import { onBlack } from '../../data/pictures/onBlack.ts';
import { pictureDecoder } from '../../data/pictures/pictureDecoder.ts';
import { MAX_PIXELS } from '../../data/pictures/pictureHeader.ts';

/** The decoder for Node. It gives the same pixels as the browser's. */
export const decodePicture = pictureDecoder(async (bytes) => {
  const { data, info } = await sharp(bytes, {
    ignoreIcc: true,
    limitInputPixels: MAX_PIXELS,
    failOn: 'truncated',
  })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(data);
  onBlack(pixels);
  return { width: info.width, height: info.height, pixels };
});
