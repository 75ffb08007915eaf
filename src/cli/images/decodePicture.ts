import sharp from 'sharp';
import type { DecodeImage } from '../../data/pictures/decode.ts';
import { MAX_PIXELS } from '../../data/pictures/pictureHeader.ts';

/** The decoder for Node. It gives the same pixels as the browser's. */
export const decodePicture: DecodeImage = async (bytes) => {
  const { data, info } = await sharp(bytes, {
    ignoreIcc: true,
    autoOrient: true,
    limitInputPixels: MAX_PIXELS,
    failOn: 'truncated',
  })
    .flatten({ background: 'black' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
};
