import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { exifBlock, exifSegment, jpegSegment, jpegWith, webpWithExif } from './exif.fixture.ts';
import { orientationOf, withoutExif } from './exif.ts';
import { pngOf } from './picture.fixture.ts';
import { pngChunk } from './png/png.fixture.ts';

const SIZE = [7, 5] as const;
let jpeg: Uint8Array<ArrayBuffer>;
let webp: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const picture = sharp({ create: { width: 7, height: 5, channels: 3, background: '#469' } });
  jpeg = new Uint8Array(await picture.jpeg().toBuffer());
  webp = new Uint8Array(await picture.webp({ lossless: true }).toBuffer());
});

const png = (block: readonly number[]) => {
  const plain = pngOf(1);
  return Uint8Array.from([...plain.subarray(0, 33), ...pngChunk('eXIf', block), ...plain.subarray(33)]);
};

describe('orientationOf', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
    'reads %i from JPEG, WebP and PNG in both byte orders',
    (orientation) => {
      for (const bigEndian of [true, false]) {
        const block = exifBlock({ bigEndian, orientation });
        expect(orientationOf(jpegWith(jpeg, exifSegment(block)), 'JPEG')).toBe(orientation);
        expect(orientationOf(png(block), 'PNG')).toBe(orientation);
        for (const place of ['before', 'after'] as const) {
          for (const prefixed of [true, false]) {
            const file = webpWithExif(webp, SIZE, block, { place, prefixed });
            expect(orientationOf(file, 'WebP')).toBe(orientation);
          }
        }
      }
    },
  );

  it('is upright without a block, and with a value that is none', () => {
    const read = (block: readonly number[]) => orientationOf(jpegWith(jpeg, exifSegment(block)), 'JPEG');
    expect([
      orientationOf(jpeg, 'JPEG'),
      orientationOf(webp, 'WebP'),
      orientationOf(pngOf(1), 'PNG'),
    ]).toEqual([1, 1, 1]);
    for (const orientation of [0, 9, 600]) expect(read(exifBlock({ bigEndian: true, orientation }))).toBe(1);
    expect(read(exifBlock({ bigEndian: false, orientation: 6, type: 4 }))).toBe(1);
  });

  it('takes the first block, and not the text of another program', () => {
    const blocks = [6, 3].map((orientation) => exifSegment(exifBlock({ bigEndian: true, orientation })));
    const text = jpegSegment(0xe1, [...new TextEncoder().encode('http://ns.adobe.com/xap/1.0/\0')]);
    expect(orientationOf(jpegWith(jpeg, text, ...blocks), 'JPEG')).toBe(6);
  });

  it('reads nothing outside a block that is cut off at any byte', () => {
    const block = exifBlock({ bigEndian: true, orientation: 6 });
    for (let length = 0; length <= block.length; length++) {
      const found = orientationOf(jpegWith(jpeg, exifSegment(block.slice(0, length))), 'JPEG');
      // The value ends 6 bytes before the block: 2 bytes of padding, and 4 that say that no list follows.
      expect(found).toBe(length >= block.length - 4 ? 6 : 1);
    }
  });
});

describe('withoutExif', () => {
  it('leaves no block that is found, changes no other byte, and keeps the file as it was', () => {
    const block = exifBlock({ bigEndian: false, orientation: 6 });
    const turned = [
      ['JPEG', jpegWith(jpeg, exifSegment(block), exifSegment(block)), 8],
      ['WebP', webpWithExif(webp, SIZE, block, { place: 'after', prefixed: false }), 5],
      ['PNG', png(block), 4],
    ] as const;
    for (const [kind, file, most] of turned) {
      const before = file.slice();
      const without = withoutExif(file, kind);
      expect(orientationOf(without, kind)).toBe(1);
      expect(file).toEqual(before);
      expect(without.filter((byte, i) => byte !== file[i]).length).toBeLessThanOrEqual(most);
    }
  });

  it('gives the file itself where there is none', () => {
    expect(withoutExif(jpeg, 'JPEG')).toBe(jpeg);
    expect(withoutExif(webp, 'WebP')).toBe(webp);
  });
});
