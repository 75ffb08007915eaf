import { expect, it } from 'vitest';
import { DECODE_CASES } from '../../data/pictures/decode.fixture.ts';
import { decodePicture } from './decodePicture.ts';

it.each(DECODE_CASES)(
  'decodes $what as the browser does',
  async ({ what, base64, width, height, corners, tolerance }) => {
    const picture = await decodePicture(new Uint8Array(Buffer.from(base64, 'base64')), what);
    expect([picture.width, picture.height, picture.pixels.length]).toEqual([
      width,
      height,
      4 * width * height,
    ]);
    [0, width - 1, (height - 1) * width, height * width - 1].forEach((pixel, corner) => {
      const [...rgba] = picture.pixels.subarray(4 * pixel, 4 * pixel + 4);
      expect(rgba[3]).toBe(255);
      corners[corner]!.forEach((value, c) => {
        expect(Math.abs(rgba[c]! - value)).toBeLessThanOrEqual(tolerance);
      });
    });
  },
);

it('rejects a picture that is cut off', async () => {
  const bytes = new Uint8Array(Buffer.from(DECODE_CASES[0]!.base64, 'base64'));
  await expect(decodePicture(bytes.slice(0, -200), 'cut')).rejects.toThrow();
});
