import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import {
  exifBlock,
  exifSegment,
  jpegSegment,
  jpegWith,
  webpWithExif,
} from '../../data/pictures/exif.fixture.ts';
import { outcomeOf } from '../../data/pictures/outcome.fixture.ts';
import { type PngFixture, pngChunk, pngFile } from '../../data/pictures/png/png.fixture.ts';
import { stream } from '../../random.ts';
import { decodePicture } from './decodePicture.ts';

/** A picture, and what Node makes of it. A browser can be sent it as JSON. */
export interface RoadCase {
  readonly name: string;
  readonly base64: string;
  /** What Node refuses it with; null: it reads it. */
  readonly refusal: string | null;
  /** Pixels as Node reads it, and RGBA as base64. */
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}

type File = readonly [name: string, bytes: Uint8Array];

/** Folder of pictures that lie beside the project, where it is there. */
const SHARED = new URL('../../../../shared/cases/', import.meta.url);

/** Pictures of every kind in which decoders were found to differ, with Node's pixels. */
export async function roadCases(): Promise<RoadCase[]> {
  const files = [...pngs(), ...(await jpegs()), ...(await webps()), ...sharedFiles()];
  const cut = files.flatMap(([name, bytes]) =>
    [1, 0.9, 0.5].map(
      (part): File => [`cut off ${part} ${name}`, bytes.subarray(0, part * bytes.length - 1)],
    ),
  );
  return Promise.all([...files, ...cut].map(roadCase));
}

async function roadCase([name, bytes]: File): Promise<RoadCase> {
  const outcome = await outcomeOf(decodePicture, name, new Uint8Array(bytes));
  const base64 = Buffer.from(bytes).toString('base64');
  if ('refusal' in outcome) return { name, base64, ...outcome, width: 0, height: 0, pixels: '' };
  const { width, height, pixels } = outcome;
  return { name, base64, refusal: null, width, height, pixels: Buffer.from(pixels).toString('base64') };
}

const random = stream(3, 'order');
const noise = (count: number, values: number) => Array.from({ length: count }, () => random.below(values));
const WIDTH = 21;
const HEIGHT = 13;

function* pngs(): Generator<File> {
  const kinds = [
    ...([1, 2, 4, 8, 16] as const).map((depth) => ({ type: 0, depth, channels: 1 }) as const),
    ...([1, 2, 4, 8] as const).map((depth) => ({ type: 3, depth, channels: 1 }) as const),
    ...([8, 16] as const).flatMap(
      (depth) =>
        [
          { type: 2, depth, channels: 3 },
          { type: 4, depth, channels: 2 },
          { type: 6, depth, channels: 4 },
        ] as const,
    ),
  ];
  for (const { type, depth, channels } of kinds) {
    const samples = noise(WIDTH * HEIGHT * channels, 2 ** depth);
    const palette = type === 3 ? [pngChunk('PLTE', noise(3 * 2 ** depth, 256))] : [];
    const picture: PngFixture = { width: WIDTH, height: HEIGHT, type, depth, samples, before: palette };
    const gamma = pngChunk('gAMA', [0, 0, 0x40, 0]);
    const transparency = { 0: [0, 1], 2: [0, 1, 0, 2, 0, 3], 3: [7, 128] }[type as 0 | 2 | 3];
    yield [`type ${type} of ${depth} bits.png`, pngFile(picture)];
    yield [`type ${type} of ${depth} bits, interlaced.png`, pngFile({ ...picture, interlaced: true })];
    yield [
      `type ${type} of ${depth} bits, with gamma.png`,
      pngFile({ ...picture, before: [gamma, ...palette] }),
    ];
    if (transparency === undefined) continue;
    const before = [...palette, pngChunk('tRNS', transparency)];
    yield [`type ${type} of ${depth} bits, with tRNS.png`, pngFile({ ...picture, before })];
  }
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const exif = pngChunk('eXIf', exifBlock({ bigEndian: orientation > 4, orientation }));
    const picture = {
      width: WIDTH,
      height: HEIGHT,
      type: 0,
      depth: 8,
      samples: noise(WIDTH * HEIGHT, 256),
    } as const;
    yield [`orientation ${orientation} before the pixels.png`, pngFile({ ...picture, before: [exif] })];
    yield [`orientation ${orientation} after the pixels.png`, pngFile({ ...picture, after: [exif] })];
  }
}

/** A smooth picture with some noise, of 3 channels or 4. */
function image(channels: 3 | 4): Sharp {
  const pixels = Uint8Array.from(
    { length: WIDTH * HEIGHT * channels },
    (_, i) => (7 * i + random.below(60)) & 255,
  );
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function encoded(images: Readonly<Record<string, Sharp>>): Promise<File[]> {
  const named = Object.entries(images);
  return Promise.all(named.map(async ([name, one]): Promise<File> => [name, await one.toBuffer()]));
}

async function jpegs(): Promise<File[]> {
  const files = await encoded({
    'plain.jpg': image(3).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
    'subsampled.jpg': image(3).jpeg({ quality: 60 }),
    'progressive.jpg': image(3).jpeg({ progressive: true }),
    'grey.jpg': image(3).toColourspace('b-w').jpeg(),
    'another colour space.jpg': image(3).withIccProfile('p3').jpeg(),
    'cmyk.jpg': image(3).toColourspace('cmyk').jpeg(),
  });
  const [, plain] = files[0]!;
  for (const orientation of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    for (const bigEndian of [true, false]) {
      const file = jpegWith(plain, exifSegment(exifBlock({ bigEndian, orientation })));
      files.push([`orientation ${orientation}, ${bigEndian ? 'big' : 'little'} endian.jpg`, file]);
    }
  }
  for (const transform of [0, 1, 2]) {
    const adobe = [...new TextEncoder().encode('Adobe'), 0, 100, 0, 0, 0, 0, transform];
    files.push([`Adobe's marker ${transform}.jpg`, jpegWith(plain, jpegSegment(0xee, adobe))]);
  }
  return files;
}

async function webps(): Promise<File[]> {
  const files = await encoded({
    'lossless.webp': image(3).webp({ lossless: true }),
    'lossy.webp': image(3).webp({ quality: 80 }),
    'lossless with alpha.webp': image(4).webp({ lossless: true }),
    'lossy with alpha.webp': image(4).webp({ quality: 80 }),
  });
  // Translucent pixels in a file that does not say so.
  const silent = files[2]![1].slice();
  const picture = Buffer.from(silent).indexOf('VP8L');
  silent[picture + 12]! &= ~16;
  if (picture > 12) silent[20]! &= ~16;
  files.push(['lossless with alpha, unsaid.webp', silent]);
  for (const [name, plain] of files.slice(0, 2)) {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const block = exifBlock({ bigEndian: orientation % 2 === 0, orientation });
      for (const place of ['before', 'after'] as const) {
        const prefixed = orientation > 4;
        const file = webpWithExif(plain, [WIDTH, HEIGHT], block, { place, prefixed });
        files.push([`orientation ${orientation} ${place} the pixels, ${name}`, file]);
      }
    }
  }
  return files;
}

function sharedFiles(): File[] {
  return ['pictures/', 'exif-webp/', 'cmyk-jpg/'].flatMap((folder) => {
    const place = new URL(folder, SHARED);
    if (!existsSync(place)) return [];
    return readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(png|jpg|webp)$/.test(path))
      .map((path): File => [`shared ${basename(path)}`, readFileSync(new URL(path, place))]);
  });
}
