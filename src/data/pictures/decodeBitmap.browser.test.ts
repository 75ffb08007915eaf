import { expect, it } from 'vitest';
import { DECODE_CASES } from './decode.fixture.ts';
import { DecoderError } from './decode.ts';
import { decodeBitmap } from './decodeBitmap.ts';

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

it.each(DECODE_CASES)(
  'decodes $what as Node does',
  async ({ what, base64, width, height, corners, tolerance }) => {
    const picture = await decodeBitmap(bytesOf(base64), what);
    expect([picture.width, picture.height, picture.pixels.length]).toEqual([
      width,
      height,
      4 * width * height,
    ]);
    const got = [0, width - 1, (height - 1) * width, height * width - 1].map((pixel) => [
      ...picture.pixels.subarray(4 * pixel, 4 * pixel + 4),
    ]);
    const off = got.map((rgba, i) => corners[i]!.map((value, c) => Math.abs(rgba[c]! - value)));
    expect(got.map((rgba) => rgba[3])).toEqual([255, 255, 255, 255]);
    expect(
      off.flat().every((value) => value <= tolerance),
      JSON.stringify({ got, corners }),
    ).toBe(true);
  },
);

it('rejects a picture that is damaged', async () => {
  const bytes = bytesOf(DECODE_CASES[2]!.base64);
  bytes.fill(0, 40, 90);
  await expect(decodeBitmap(bytes, 'damaged')).rejects.toThrow();
});

it('tells a picture whose pixels the browser does not give from a damaged one', async () => {
  const jpeg = DECODE_CASES.find(({ what }) => what.includes('JPEG'))!;
  await decodeBitmap(bytesOf(jpeg.base64), 'whole');
  const { getImageData } = OffscreenCanvasRenderingContext2D.prototype;
  OffscreenCanvasRenderingContext2D.prototype.getImageData = () => {
    throw new RangeError('Out of memory at ImageData creation');
  };
  const reading = decodeBitmap(bytesOf(jpeg.base64), 'a.jpg');
  await expect(reading).rejects.toThrow(/^a\.jpg was decoded, but not read.*Out of memory/);
  await expect(reading).rejects.toBeInstanceOf(DecoderError);
  OffscreenCanvasRenderingContext2D.prototype.getImageData = getImageData;
});
