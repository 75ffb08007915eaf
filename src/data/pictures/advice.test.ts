import sharp from 'sharp';
import { describe, vi } from 'vitest';
import { picture } from '../../../datasets/inputs/pack.ts';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { type Given, reading, readingBoth } from '../formats/given.fixture.ts';
import { type DecodeImage, unreadError } from './decode.ts';
import { decodeGrey, pngOf } from './picture.fixture.ts';
import { allocatePixels } from './pictures.ts';

// What each text about pictures advises, done.

const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } });
const jpeg = async (change: (bytes: Uint8Array<ArrayBuffer>) => unknown = () => {}, of = blank) => {
  const bytes = Uint8Array.from(await of.jpeg().toBuffer());
  change(bytes);
  return bytes;
};
/** Reads one picture alone. */
const one = (bytes: () => Promise<BlobPart> | BlobPart, name = 'a/1.png', decode?: DecodeImage) => {
  return async () => reading({ [name]: await bytes() }, decode && { decode })();
};
const good = one(() => pngOf(1));
const goodJpeg = one(() => jpeg(), 'a/1.jpg');

function claiming(width: number, height: number): Uint8Array<ArrayBuffer> {
  const png = pngOf(1);
  new DataView(png.buffer).setUint32(16, width);
  new DataView(png.buffer).setUint32(20, height);
  return png;
}

/** The place of the frame header of a JPEG: the bits of a sample follow. */
const frameOf = (bytes: Uint8Array) =>
  bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0) + 4;
const small: DecodeImage = async () => ({ width: 3, height: 3, pixels: new Uint8Array(36) });
const unread: DecodeImage = (_, name) =>
  Promise.reject(unreadError(name, { width: 8, height: 8 }, new RangeError('no memory')));
const COPY = 'Copy the file again, or take it out of the files\\.$';

const PICTURES: readonly AdviceRow[] = [
  [
    'a picture that is too large',
    one(() => new Uint8Array(65 * 2 ** 20), 'a/1.png'),
    /at most 64 MB, got 65 MB\. Make it smaller, or take it out of the files\.$/,
    good,
  ],
  ['a text', one(() => 'hello'), /got a text file\. It holds no images: leave it out\.$/, good],
  ['a picture of another kind', one(() => 'GIF89a…', 'a/1.png'), /got a GIF image.*PNG/, good],
  ['a picture that is cut', one(() => pngOf(1).slice(0, 20)), new RegExp(`without them\\. ${COPY}`), good],
  [
    'a picture that claims too many pixels',
    one(() => claiming(50_000, 40_000)),
    /claims 50000 × 40000\. Make it smaller, or take it out of the files\.$/,
    good,
  ],
  [
    'a JPEG for printing',
    async () => one(() => jpeg(undefined, blank.clone().toColourspace('cmyk')), 'a/1.jpg')(),
    /\(CMYK\), .* Save it again as an ordinary JPEG or PNG in RGB, or take it out of the files\.$/,
    goodJpeg,
  ],
  [
    'a JPEG of 12 bits',
    one(() => jpeg((bytes) => bytes.fill(12, frameOf(bytes), frameOf(bytes) + 1)), 'a/1.jpg'),
    /got SOF0 of 12 bits with 3\. Save it again as an ordinary JPEG or PNG in RGB, or take it out of the files\.$/,
    goodJpeg,
  ],
  [
    'pixels that are cut',
    one(() => pngOf(1, 16).slice(0, -30)),
    new RegExp(`expected a PNG of 16 × 16 pixels, .* ${COPY}`),
    one(() => pngOf(1, 16)),
  ],
  [
    'fewer pixels than are claimed',
    one(() => pngOf(1), 'a/1.png', small),
    new RegExp(`got 3 × 3\\. ${COPY}`),
    good,
  ],
  [
    'pixels that the browser does not give',
    one(() => pngOf(1), 'a/1.png', unread),
    /The memory may be used up: close other tabs, or make the pictures smaller, and start again\.$/,
    one(() => pngOf(1), 'a/1.png', decodeGrey),
  ],
];

const SET: Given = {
  'set/train/a/1.png': picture(1),
  'set/train/b/1.png': picture(2),
  'set/test/a/1.png': picture(3),
};

function withoutMemory() {
  vi.stubGlobal('Uint8Array', () => {
    throw new RangeError('Array buffer allocation failed');
  });
  try {
    allocatePixels('photos', 9000, 64);
  } finally {
    vi.unstubAllGlobals();
  }
}

const SIZES: readonly AdviceRow[] = [
  [
    'too many pixels',
    () => allocatePixels('stl', 100_000, 96),
    /Choose fewer images or a smaller side: at 96 px, 77672 is the most\.$/,
    () => allocatePixels('stl', 100_000, 8),
  ],
  [
    'no memory for the pixels',
    withoutMemory,
    /got none\. Choose fewer images or a smaller side: at 64 px, \d+ is the most\.$/,
    () => allocatePixels('photos', 9, 64),
  ],
  [
    'a side that is too small',
    readingBoth(SET, {}, { side: 7 }),
    /must be a whole number from 8 to \d+ pixels, got 7\.$/,
    readingBoth(SET, {}, { side: 8 }),
  ],
];

describe('the advice of texts about pictures', () => testAdvice(PICTURES));
describe('the advice of texts about sizes', () => testAdvice(SIZES));
