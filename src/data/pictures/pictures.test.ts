import { describe, expect, it, vi } from 'vitest';
import { stream } from '../../random.ts';
import { DataError } from '../images/dataset.ts';
import { type Decoded, DecoderError, unreadError } from './decode.ts';
import { decodeGrey, pngOf } from './picture.fixture.ts';
import { allocatePixels, decodeInto, PictureSheet } from './pictures.ts';
import { cropResize, resampleScratch } from './resample.ts';

function noise(width: number, height: number, seed = 1): Decoded {
  const random = stream(seed, 'order');
  const pixels = Uint8Array.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : random.below(256),
  );
  return { width, height, pixels };
}

const rgb = ({ pixels }: Decoded) => Uint8Array.from(pixels).filter((_, i) => i % 4 !== 3);

function sheetOf(pictures: readonly Decoded[], side: number | null) {
  const sheet = new PictureSheet('some', pictures.length, side);
  for (const picture of pictures) sheet.add(picture);
  return sheet.finish();
}

describe('PictureSheet', () => {
  it('keeps squares of one side as they are', () => {
    const pictures = [noise(32, 32, 1), noise(32, 32, 2)];
    const { size, native, pixels } = sheetOf(pictures, null);
    expect([size, native]).toEqual([32, 32]);
    expect([...pixels]).toEqual(pictures.flatMap((picture) => [...rgb(picture)]));
  });

  it('cuts the middle out of other pictures and resizes it', () => {
    const picture = noise(15, 11);
    const { size, native, pixels } = sheetOf([picture], 9);
    const expected = new Uint8Array(243);
    const crop = { top: 0, left: 2, height: 11, width: 11 };
    cropResize(rgb(picture), 0, 15, crop, expected, 9, resampleScratch(15, 9));
    expect([size, native]).toEqual([9, null]);
    expect(pixels).toEqual(expected);
  });

  it.each([
    [noise(9, 9), noise(8, 8)],
    [noise(9, 9), noise(11, 9)],
    [noise(11, 9), noise(9, 9)],
    [noise(7, 7), noise(7, 7)],
    [noise(97, 97), noise(97, 97)],
  ])(
    'makes all 64 where they differ, or are larger than 96 or smaller than 8, whichever comes first',
    (first, second) => {
      const { size, pixels } = sheetOf([first, second], null);
      expect(size).toBe(64);
      expect([...pixels]).toEqual([first, second].flatMap((picture) => [...sheetOf([picture], 64).pixels]));
    },
  );

  it('refuses a side that is none, and more memory than there may be', () => {
    for (const side of [0, 7, 12.5, 1000]) expect(() => new PictureSheet('some', 1, side)).toThrow(DataError);
    expect(() => allocatePixels('stl', 100_000, 96)).toThrow(
      /got 100000 of 96 × 96 pixels, which is 2\.6 GB.*77672 is/,
    );
  });
});

it('says which side there is memory for where there is none', () => {
  vi.stubGlobal('Uint8Array', () => {
    throw new RangeError('Array buffer allocation failed');
  });
  try {
    expect(() => allocatePixels('photos', 9000, 64)).toThrow(
      /photos does not fit: expected 105 MB of memory for 9000 images, got none\. Choose fewer images/,
    );
  } finally {
    vi.unstubAllGlobals();
  }
  expect(allocatePixels('photos', 9, 64)).toHaveLength(9 * 64 * 64 * 3);
});

describe('decodeInto', () => {
  const name = (i: number) => `${i}.png`;

  it('keeps the order, however long each takes', async () => {
    const sheet = new PictureSheet('some', 40, null);
    const pictures = Array.from({ length: 40 }, (_, i) => ({ name: name(i), bytes: pngOf(i) }));
    let running = 0;
    let most = 0;
    await decodeInto(sheet, pictures, async (_, called) => {
      most = Math.max(most, ++running);
      const i = Number.parseInt(called, 10);
      for (let turn = 0; turn < (7 * i) % 5; turn++) await Promise.resolve();
      running--;
      return { width: 8, height: 8, pixels: new Uint8Array(256).fill(i) };
    });
    const { pixels } = sheet.finish();
    expect(Array.from({ length: 40 }, (_, i) => pixels[192 * i])).toEqual(pictures.map((_, i) => i));
    expect([most > 1, most <= 16]).toEqual([true, true]);
  });

  it.each([
    [
      'that cannot be decoded',
      async () => Promise.reject(new Error('bad Huffman code')),
      /0\.png is truncated .*bad Huff/,
    ],
    [
      'of another size than its header says',
      async () => ({ width: 3, height: 3, pixels: new Uint8Array(36) }),
      /0\.png is damaged: expected 8 × 8 .*got 3 × 3/,
    ],
  ] as const)('refuses a picture %s', async (_, decode, words) => {
    const reading = decodeInto(new PictureSheet('', 1, null), [{ name: name(0), bytes: pngOf(0) }], decode);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  it('leaves out damaged pictures, but ends where the fault is not theirs', async () => {
    const pictures = [0, 1].map((i) => ({ name: name(i), bytes: pngOf(i) }));
    const read = async (fault: Error) => {
      const leftOut: number[] = [];
      const decode = async (bytes: Uint8Array<ArrayBuffer>, called: string) => {
        if (called === name(1)) throw fault;
        return decodeGrey(bytes, called);
      };
      const sheet = new PictureSheet('', 2, null);
      await decodeInto(sheet, pictures, decode, undefined, (index) => leftOut.push(index));
      return leftOut;
    };
    expect(await read(new Error('bad Huffman code'))).toEqual([1]);
    const noMemory = unreadError(name(1), { width: 8, height: 8 }, new RangeError('no memory'));
    await expect(read(noMemory)).rejects.toThrow(
      '1.png was decoded, but not read: expected 8 × 8 pixels from the browser, got “no memory”. The memory may',
    );
    await expect(read(noMemory)).rejects.toBeInstanceOf(DecoderError);
  });

  it('stops with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const pictures = [{ name: name(0), bytes: pngOf(0) }];
    await expect(decodeInto(new PictureSheet('', 1, null), pictures, decodeGrey, signal)).rejects.toThrow(
      'enough',
    );
  });
});
