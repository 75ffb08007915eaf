import { DecoderError } from '../../data/pictures/decode.ts';
import { onBlack } from '../../data/pictures/onBlack.ts';
import { pictureDecoder } from '../../data/pictures/pictureDecoder.ts';
import { MAX_PIXELS } from '../../data/pictures/pictureHeader.ts';

/** The decoder for Node. It gives the same pixels as the browser's. */
export const decodePicture = pictureDecoder(async (bytes) => {
  const sharp = await loadSharp();
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

/** The library is native, so what runs without the project's packages may lack it. PNG needs none. */
async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new DecoderError(
      `JPEG and WebP need the package “sharp”, and it could not be loaded: ${cause instanceof Error ? cause.message : cause}. ` +
        'Install it (“npm ci”, or “npm install sharp” in the folder “app” of a bundle), or convert the pictures to PNG.',
      { cause },
    );
  }
}
