import sharp from 'sharp';
import { expect, it } from 'vitest';
import { exifBlock, webpWithExif } from './exif.fixture.ts';
import { webpChunks, webpLength, withAlphaFlags } from './webpChunks.ts';

const picture = sharp({ create: { width: 9, height: 6, channels: 3, background: '#469' } });
const lossless = new Uint8Array(await picture.clone().webp({ lossless: true }).toBuffer());
const block = exifBlock({ bigEndian: true, orientation: 1 });
const extended = webpWithExif(lossless, [9, 6], block, { place: 'after', prefixed: false });

it('walks over the chunks, also where the file is cut off at any byte', () => {
  expect([...webpChunks(extended)].map(({ type }) => type)).toEqual(['VP8X', 'VP8L', 'EXIF']);
  expect(webpLength(extended)).toBe(extended.length);
  for (let length = 0; length < extended.length; length++) {
    expect([...webpChunks(extended.subarray(0, length))].length).toBeLessThanOrEqual(3);
  }
});

it('announces the alpha of lossless pictures, in their own header and in that of the file', async () => {
  expect([(await sharp(lossless).metadata()).hasAlpha, (await sharp(extended).metadata()).hasAlpha]).toEqual([
    false,
    false,
  ]);
  for (const file of [lossless, extended]) {
    const before = file.slice();
    const announced = withAlphaFlags(file);
    expect((await sharp(announced).metadata()).hasAlpha).toBe(true);
    const [now, then] = await Promise.all(
      [announced, file].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
    );
    expect(now!.equals(then!)).toBe(true);
    expect(file).toEqual(before);
  }
});

it('leaves a lossy picture as it is', async () => {
  const lossy = new Uint8Array(await picture.clone().webp().toBuffer());
  expect(withAlphaFlags(lossy)).toBe(lossy);
});
