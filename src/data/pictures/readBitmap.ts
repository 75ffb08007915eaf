import type { Decoded } from './decode.ts';
import { onBlack } from './onBlack.ts';

/** Reads the pixels of a bitmap, on black. Bitmaps are made with `BITMAP_OPTIONS`. */
export type ReadBitmap = (bitmap: ImageBitmap) => Promise<Decoded>;

/** Colours stay the numbers of the file, and are not multiplied by alpha. */
export const BITMAP_OPTIONS = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' } as const;

/** By drawing it on a canvas. Browsers that hinder fingerprinting change what is read from one. */
export const readByCanvas: ReadBitmap = async (bitmap) => {
  const { width, height } = bitmap;
  // A canvas without alpha is black where nothing is drawn.
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    alpha: false,
    willReadFrequently: true,
  });
  if (context === null) throw new Error('this browser gave no canvas to decode on');
  context.drawImage(bitmap, 0, 0);
  return { width, height, pixels: context.getImageData(0, 0, width, height).data };
};

/** As the frame of a video, which some browsers do not have. */
export const readByFrame: ReadBitmap = async (bitmap) => {
  const { width, height } = bitmap;
  const frame = new VideoFrame(bitmap, { timestamp: 0 });
  try {
    const pixels = new Uint8Array(4 * width * height);
    await frame.copyTo(pixels, { format: 'RGBA', layout: [{ offset: 0, stride: 4 * width }] });
    onBlack(pixels);
    return { width, height, pixels };
  } finally {
    frame.close();
  }
};

/** The way by which this browser gives the pixels of a bitmap as they are. */
export interface FaithfulReader {
  /** null: it has none. */
  readonly read: ReadBitmap | null;
  /** What the user should know of it, in sentences; null: the canvas is faithful. */
  readonly notice: string | null;
}

const CHANGED =
  'This browser changes what is read from a canvas, as Brave’s shields and Firefox’s resistFingerprinting do to hinder ' +
  'the recognition of visitors: a known picture that was drawn did not come back as it was. ';

/** Reads a known picture in each way, and gives the first way by which it comes back unchanged. */
export async function faithfulReader(
  byCanvas: ReadBitmap = readByCanvas,
  byFrame: ReadBitmap = readByFrame,
): Promise<FaithfulReader> {
  if (await isFaithful(byCanvas)) return { read: byCanvas, notice: null };
  if (await isFaithful(byFrame)) {
    const notice = `${CHANGED}Pictures are read without a canvas instead, and their pixels are not changed.`;
    return { read: byFrame, notice };
  }
  const notice =
    `${CHANGED}PNG files are read without a canvas, and their pixels are not changed. JPEG and WebP files are refused. ` +
    'To use them, allow this site to read canvases, or take another browser or the command line.';
  return { read: null, notice };
}

async function isFaithful(read: ReadBitmap): Promise<boolean> {
  const known = knownPicture();
  const expected = new Uint8Array(known.data);
  onBlack(expected);
  try {
    const bitmap = await createImageBitmap(known, BITMAP_OPTIONS);
    try {
      const { pixels } = await read(bitmap);
      return expected.every((value, i) => Math.abs(value - pixels[i]!) <= levelsAt(i));
    } finally {
      bitmap.close();
    }
  } catch {
    // The browser lacks what this way needs.
    return false;
  }
}

/** Pixels of a side of the known picture. Noise against fingerprinting leaves out small or plain ones. */
const SIDE = 64;
/** From this row on the known picture is translucent, and browsers may round differently there. */
const OPAQUE_ROWS = 48;

function knownPicture(): ImageData {
  const picture = new ImageData(SIDE, SIDE);
  for (let i = 0; i < picture.data.length; i++) {
    const isAlpha = i % 4 === 3;
    picture.data[i] = isAlpha && levelsAt(i) === 0 ? 255 : (Math.imul(i + 1, 0x9e3779b1) >>> 24) & 255;
  }
  return picture;
}

function levelsAt(byte: number): number {
  return byte < 4 * SIDE * OPAQUE_ROWS ? 0 : 1;
}
