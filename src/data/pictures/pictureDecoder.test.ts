import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { DecoderError } from './decode.ts';
import { exifBlock, exifSegment, jpegWith } from './exif.fixture.ts';
import { pngOf } from './picture.fixture.ts';
import { pictureDecoder } from './pictureDecoder.ts';

const picture = (width = 9, height = 6) =>
  sharp({ create: { width, height, channels: 3, background: '#469' } });
const bytesOf = async (image: Sharp) => new Uint8Array(await image.toBuffer());

/** A decoder that notes what it is given, and gives pixels that count up. */
function road() {
  const given: Uint8Array[] = [];
  const decode = pictureDecoder(async (bytes) => {
    given.push(bytes);
    return { width: 2, height: 1, pixels: Uint8Array.of(1, 1, 1, 255, 2, 2, 2, 255) };
  });
  return { given, decode };
}

describe('a decoder of any road', () => {
  it('decodes PNG itself', async () => {
    const { given, decode } = road();
    const { width, height } = await decode(pngOf(1, 5, 3), 'a.png');
    expect([width, height, given.length]).toEqual([5, 3, 0]);
  });

  it('turns what the road gives, and shows it no EXIF block', async () => {
    const { given, decode } = road();
    const block = exifBlock({ bigEndian: true, orientation: 8 });
    const file = jpegWith(await bytesOf(picture().jpeg()), exifSegment(block));
    const { width, height, pixels } = await decode(file, 'a.jpg');
    expect([width, height, pixels[0], pixels[4]]).toEqual([1, 2, 2, 1]);
    expect(Buffer.from(given[0]!).includes('Exif')).toBe(false);
  });

  it.each([
    ['JPEG', picture().jpeg()],
    ['progressive JPEG', picture().jpeg({ progressive: true })],
    ['WebP', picture().webp()],
  ] as const)('refuses a %s that is cut off at any byte, before the road sees it', async (_, image) => {
    const { given, decode } = road();
    const whole = await bytesOf(image);
    for (let length = 12; length < whole.length; length++) {
      await expect(decode(whole.slice(0, length), 'cut')).rejects.toThrow(`an end at byte ${length}`);
    }
    expect(given).toHaveLength(0);
    await decode(whole, 'whole');
    await decode(Uint8Array.from([...whole, 1, 2, 3]), 'with more after its end');
    expect(given).toHaveLength(2);
  });

  it('finds the end of a JPEG in spite of one in its preview', async () => {
    const { decode } = road();
    const whole = await bytesOf(picture(64, 64).jpeg());
    const preview = exifSegment([...exifBlock({ bigEndian: true, orientation: 1 }), ...whole]);
    const file = jpegWith(whole, preview);
    await expect(decode(file.slice(0, -2), 'cut')).rejects.toThrow('an end at byte');
    await decode(file, 'whole');
  });

  it('has words of its own for damage, and leaves those that are no fault of the picture', async () => {
    const jpeg = await bytesOf(picture().jpeg());
    const failing = (fault: Error) => pictureDecoder(() => Promise.reject(fault))(jpeg, 'a.jpg');
    await expect(failing(new Error('VipsJpeg: bad'))).rejects.toThrow(/^data that cannot be decoded$/);
    await expect(failing(new DecoderError('no canvas'))).rejects.toThrow(/^no canvas$/);
  });
});
