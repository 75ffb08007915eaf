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

  it('refuses a GIF, and a PNG of no width', async () => {
    expect(() => pictureHeader(new TextEncoder().encode('GIF89a…'), 'a.gif')).toThrow(/a\.gif is no picture/);
    const png = await encoded(blank(8, 8).png());
    new DataView(png.buffer).setUint32(16, 0);
    expect(() => pictureHeader(png, 'a.png')).toThrow(/without them/);
  });
});
