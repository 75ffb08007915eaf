import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { DataError } from '../images/dataset.ts';
import { MAX_PIXELS, pictureHeader } from './pictureHeader.ts';

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#469' } });
const encoded = async (picture: Sharp) => new Uint8Array(await picture.toBuffer());

describe('pictureHeader', () => {
  it.each([
    ['PNG', blank(301, 7).png()],
    ['JPEG', blank(301, 7).jpeg()],
    ['JPEG', blank(301, 7).jpeg({ progressive: true })],
    [
      'JPEG',
      blank(301, 7)
        .withExif({ IFD0: { Copyright: 'x'.repeat(2000) } })
        .jpeg(),
    ],
    ['WebP', blank(301, 7).webp()],
    ['WebP', blank(301, 7).webp({ lossless: true })],
    [
      'WebP',
      blank(301, 7)
        .withExif({ IFD0: { Copyright: 'x' } })
        .webp(),
    ],
  ] as const)('reads the size of a %s', async (kind, picture) => {
    expect(pictureHeader(await encoded(picture), 'a')).toEqual({ kind, width: 301, height: 7 });
  });

  it('refuses what claims more pixels than any picture needs, before anything decodes it', async () => {
    const png = await encoded(blank(8, 8).png());
    new DataView(png.buffer).setUint32(16, 50_000);
    new DataView(png.buffer).setUint32(20, 40_000);
    expect(() => pictureHeader(png, 'bomb.png')).toThrow(/bomb\.png is too large.*50 million.*50000 × 40000/);
    expect(50_000 * 40_000).toBeGreaterThan(MAX_PIXELS);
  });

  it.each(['png', 'jpeg', 'webp'] as const)(
    'refuses a %s whose header is cut off at any byte',
    async (kind) => {
      const bytes = await encoded(blank(301, 7)[kind]());
      let shortest = 0;
      for (let length = 0; length < bytes.length; length++) {
        try {
          pictureHeader(bytes.subarray(0, length), 'cut');
          shortest ||= length;
        } catch (fault) {
          expect(fault).toBeInstanceOf(DataError);
        }
      }
      expect(shortest).toBeGreaterThan(20);
    },
  );

  it('refuses a JPEG in CMYK, with and without a marker of its maker', async () => {
    const cmyk = await encoded(blank(8, 8).toColourspace('cmyk').jpeg());
    expect(() => pictureHeader(cmyk, 'a.jpg')).toThrow(
      /a\.jpg is a JPEG for printing.*four colour components/,
    );
    const marker = cmyk.findIndex((byte, i) => byte === 0xff && cmyk[i + 1] === 0xee);
    expect(marker).toBeGreaterThan(0);
    cmyk[marker + 1] = 0xef;
    expect(() => pictureHeader(cmyk, 'a.jpg')).toThrow(/four colour components.*as an ordinary JPEG/);
  });

  it.each([
    ['of 12 bits', 4, 12, 'SOF0 of 12 bits with 3'],
    ['with two components', 9, 2, 'SOF0 of 8 bits with 2'],
    ['with arithmetic coding', 1, 0xc9, 'SOF9 of 8 bits with 3'],
  ])('refuses a JPEG %s', async (_, offset, value, words) => {
    const jpeg = await encoded(blank(8, 8).jpeg());
    jpeg[jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0) + offset] = value;
    expect(() => pictureHeader(jpeg, 'a.jpg')).toThrow(words);
  });

  it('refuses a GIF, and a PNG of no width', async () => {
    expect(() => pictureHeader(new TextEncoder().encode('GIF89a…'), 'a.gif')).toThrow(/a\.gif is no picture/);
    const png = await encoded(blank(8, 8).png());
    new DataView(png.buffer).setUint32(16, 0);
    expect(() => pictureHeader(png, 'a.png')).toThrow(/without them/);
  });
});
