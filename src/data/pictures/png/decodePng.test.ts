import { cpuUsage } from 'node:process';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../random.ts';
import { decodePng } from './decodePng.ts';
import { type PngFixture, pngChunk, pngFile } from './png.fixture.ts';

const random = stream(7, 'order');
const noise = (count: number, values: number) => Array.from({ length: count }, () => random.below(values));

/** The RGB of a decoded picture. Every A must be 255. */
function rgbOf(png: Uint8Array): number[] {
  const { width, height, pixels } = decodePng(png);
  expect(pixels.length).toBe(4 * width * height);
  expect(pixels.filter((value, i) => i % 4 === 3 && value !== 255)).toHaveLength(0);
  return [...pixels].filter((_, i) => i % 4 !== 3);
}

const WIDTH = 19;
const HEIGHT = 11;
const size = { width: WIDTH, height: HEIGHT };
const PIXELS = WIDTH * HEIGHT;
const tripled = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);
/** Colours on black, rounded to the nearest. */
const shaded = (colours: readonly number[], alphas: readonly number[]) =>
  colours.map((colour, i) => Math.round((colour * alphas[Math.floor(i / 3)]!) / 255));
const everyOther = (values: readonly number[], channels: number, keep: (channel: number) => boolean) =>
  values.filter((_, i) => keep(i % channels));
const bigEndian16 = (values: readonly number[]) => values.flatMap((value) => [value >> 8, value & 255]);

type Kind = readonly [what: string, PngFixture, rgb: readonly number[]];

function greyOf(depth: 1 | 2 | 4 | 8 | 16): Kind {
  const samples = noise(PIXELS, 2 ** depth);
  const bytes = samples.map((value) => (depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1)));
  return [`grey of ${depth} bits`, { ...size, type: 0, depth, samples }, tripled(bytes)];
}

function paletteOf(depth: 1 | 2 | 4 | 8): Kind {
  const palette = noise(3 * 2 ** depth, 256);
  const alphas = noise(2 ** depth - 1, 256);
  const samples = noise(PIXELS, 2 ** depth);
  const rgb = samples.flatMap((entry) =>
    shaded(palette.slice(3 * entry, 3 * entry + 3), [alphas[entry] ?? 255]),
  );
  const before = [pngChunk('PLTE', palette), pngChunk('tRNS', alphas)];
  return [`a palette of ${depth} bits with alpha`, { ...size, type: 3, depth, samples, before }, rgb];
}

function alphaOf(type: 4 | 6, depth: 8 | 16): Kind {
  const channels = type === 4 ? 2 : 4;
  const samples = noise(channels * PIXELS, 2 ** depth);
  const bytes = samples.map((value) => value >> (depth - 8));
  const colours = everyOther(bytes, channels, (c) => c < channels - 1);
  const alphas = everyOther(bytes, channels, (c) => c === channels - 1);
  const rgb = shaded(type === 4 ? tripled(colours) : colours, alphas);
  return [
    `${type === 4 ? 'grey' : 'RGB'} and alpha of ${depth} bits`,
    { ...size, type, depth, samples },
    rgb,
  ];
}

function transparentColour(type: 0 | 2, depth: 1 | 4 | 8 | 16): Kind {
  const channels = type === 0 ? 1 : 3;
  const key = noise(channels, 2 ** depth);
  // The second pixel differs from the key in its lowest bit, which of 16 bits no byte keeps.
  const near = key.map((value, c) => (c === channels - 1 ? value ^ 1 : value));
  const samples = [...key, ...near, ...noise(channels * (PIXELS - 2), 2 ** depth)];
  const bytes = samples.map((value) => (depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1)));
  const rgb = type === 0 ? tripled(bytes) : bytes;
  for (let i = 0; i < PIXELS; i++) {
    if (key.every((value, c) => samples[channels * i + c] === value)) rgb.fill(0, 3 * i, 3 * i + 3);
  }
  const before = [pngChunk('tRNS', bigEndian16(key))];
  const what = `${type === 0 ? 'grey' : 'RGB'} of ${depth} bits with a transparent colour`;
  return [what, { ...size, type, depth, samples, before }, rgb];
}

function rgbOf8(): Kind {
  const samples = noise(3 * PIXELS, 256);
  return ['RGB of 8 bits', { ...size, type: 2, depth: 8, samples }, samples];
}

function rgbOf16(): Kind {
  const samples = noise(3 * PIXELS, 65536);
  return ['RGB of 16 bits', { ...size, type: 2, depth: 16, samples }, samples.map((value) => value >> 8)];
}

const KINDS: readonly Kind[] = [
  ...([1, 2, 4, 8, 16] as const).map(greyOf),
  rgbOf8(),
  rgbOf16(),
  ...([1, 2, 4, 8] as const).map(paletteOf),
  ...([8, 16] as const).flatMap((depth) => [alphaOf(4, depth), alphaOf(6, depth)]),
  ...([1, 4, 8, 16] as const).map((depth) => transparentColour(0, depth)),
  ...([8, 16] as const).map((depth) => transparentColour(2, depth)),
];

describe('decodePng', () => {
  it.each(KINDS)('decodes %s, row by row and interlaced', (_, picture, rgb) => {
    expect(rgbOf(pngFile(picture))).toEqual(rgb);
    expect(rgbOf(pngFile({ ...picture, interlaced: true }))).toEqual(rgb);
  });

  it.each(KINDS)('agrees with libpng on %s', async (_, picture) => {
    const png = pngFile(picture);
    const image = sharp(png).flatten({ background: 'black' }).toColourspace('srgb').removeAlpha();
    const libpng = await image.raw({ depth: 'uchar' }).toBuffer();
    const worst = Math.max(...rgbOf(png).map((value, i) => Math.abs(value - libpng[i]!)));
    // Opaque pictures are the same. On black, libvips cuts fractions off.
    const isOpaque = picture.type < 4 && picture.before === undefined;
    expect(worst).toBeLessThanOrEqual(isOpaque ? 0 : 1);
  });

  it.each([1, 2, 3, 4, 5, 8])('decodes interlaced pictures of %i pixels a side and less', (width) => {
    for (let height = 1; height <= width; height++) {
      const samples = noise(3 * width * height, 256);
      expect(rgbOf(pngFile({ width, height, type: 2, depth: 8, samples, interlaced: true }))).toEqual(
        samples,
      );
    }
  });

  it('decodes pixels in many chunks, and passes over chunks that say nothing about pixels', () => {
    const [, picture, rgb] = rgbOf8();
    const gamma = pngChunk('gAMA', [0, 0, 1, 0]);
    const wrongSum = pngChunk('tEXt', [1, 2, 3]).fill(0, -4);
    const animation = [pngChunk('acTL', new Uint8Array(8)), pngChunk('fcTL', new Uint8Array(26))];
    const before = [gamma, wrongSum, ...animation];
    expect(rgbOf(pngFile({ ...picture, before, after: [wrongSum], piece: 7 }))).toEqual(rgb);
  });

  it('decodes a picture whose stream is longer than one piece', () => {
    const samples = noise(3 * 300 * 200, 256);
    const png = pngFile({ width: 300, height: 200, type: 2, depth: 8, samples, piece: 50_000 });
    expect(png.length).toBeGreaterThan(100_000);
    expect(Buffer.from(rgbOf(png)).equals(Buffer.from(samples))).toBe(true);
  });
});

describe('decodePng refuses', () => {
  const [, picture] = rgbOf8();
  const png = pngFile(picture);

  it('a file that is cut off at any byte', () => {
    for (let length = 8; length < png.length; length++) {
      expect(() => decodePng(png.subarray(0, length))).toThrow(
        `an end at byte ${length}, before the IEND chunk`,
      );
    }
  });

  it('every changed byte of the pixels', () => {
    for (let at = 37; at < png.length - 16; at += 3) {
      const changed = png.slice();
      changed[at]! ^= 4;
      expect(() => decodePng(changed)).toThrow(
        /an end at byte|does not fit its checksum|the chunk|no pixels/,
      );
    }
  });

  it('a stream that is damaged, ends early, or cannot hold as many pixels as are claimed', () => {
    const header = png.slice(8, 33);
    const withData = (data: Uint8Array) =>
      Uint8Array.from([...png.subarray(0, 8), ...header, ...pngChunk('IDAT', data), ...pngChunk('IEND', [])]);
    const rows = new Uint8Array(HEIGHT * (1 + 3 * WIDTH));
    expect(rgbOf(withData(deflateSync(rows)))).toEqual(new Array(3 * PIXELS).fill(0));
    expect(() => decodePng(withData(deflateSync(rows.subarray(1))))).toThrow(
      /637 bytes of pixels where 638 must/,
    );
    expect(() => decodePng(withData(deflateSync(rows).subarray(0, -6)))).toThrow('unexpected EOF');
    expect(() => decodePng(withData(new Uint8Array(20)))).toThrow('invalid zlib data');
    expect(() => decodePng(withData(deflateSync(rows).subarray(0, 6)))).toThrow('6 bytes of data for 638');
    expect(() => decodePng(withData(deflateSync(rows.fill(9, 0, 1))))).toThrow('the filter 9 in row 0');
    const vast = pngFile({ ...picture, samples: [] });
    vast.set(pngChunk('IHDR', [0, 0, 0x1b, 0x58, 0, 0, 0x1b, 0x58, 16, 6, 0, 0, 0]), 8);
    expect(() => decodePng(vast)).toThrow(/bytes of data for 392007000 bytes of pixels/);
  });

  it('a stream that never ends, soon', () => {
    const bomb = deflateSync(new Uint8Array(50_000_000));
    const small = Uint8Array.from([
      ...png.subarray(0, 33),
      ...pngChunk('IDAT', bomb),
      ...pngChunk('IEND', []),
    ]);
    const before = cpuUsage();
    expect(decodePng(small).width).toBe(WIDTH);
    expect(cpuUsage(before).user / 1e6).toBeLessThan(1);
  });

  it.each([
    ['a header of no such colour', 25, 5, 'an IHDR chunk with 8 bits of the colour type 5'],
    ['a header of no such depth', 24, 3, 'an IHDR chunk with 3 bits of the colour type 2'],
    ['another compression', 26, 1, 'the compression 1'],
    ['another interlacing', 28, 2, 'the interlacing 2'],
  ])('%s', (_, at, value, words) => {
    const changed = png.slice();
    changed[at] = value;
    changed.set(pngChunk('IHDR', changed.subarray(16, 29)), 8);
    expect(() => decodePng(changed)).toThrow(words);
  });

  it('a second header, an unknown critical chunk, no pixels, no palette, and a colour beyond it', () => {
    const header = pngChunk('IHDR', png.subarray(16, 29));
    const withBefore = (...before: Uint8Array[]) => pngFile({ ...picture, before });
    expect(() => decodePng(withBefore(header))).toThrow('the chunk IHDR at byte 33');
    expect(() => decodePng(withBefore(pngChunk('CGBi', [])))).toThrow('the chunk CGBi, which');
    expect(() => decodePng(withBefore(pngChunk('tRNS', [0, 1])))).toThrow(
      'a tRNS chunk of 2 bytes where 6 must',
    );
    expect(() => decodePng(Uint8Array.from([...png.subarray(0, 33), ...png.subarray(-12)]))).toThrow(
      'no pixels',
    );
    const indexed: PngFixture = { width: 2, height: 1, type: 3, depth: 8, samples: [0, 2] };
    expect(() => decodePng(pngFile(indexed))).toThrow('a palette of 0 bytes');
    const before = [pngChunk('PLTE', [1, 2, 3, 4, 5, 6])];
    expect(() => decodePng(pngFile({ ...indexed, before }))).toThrow('the colour 2 of a palette of 2');
  });
});
