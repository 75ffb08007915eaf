import { DataError } from '../images/dataset.ts';
import { type Decoded, type DecodeImage, DecoderError } from './decode.ts';
import { type PictureHeader, pictureHeader } from './pictureHeader.ts';
import { MAX_PIXEL_BYTES, mostImages } from './pixelRoom.ts';
import { cropResize, resampleScratch } from './resample.ts';

/** A picture as its file holds it. */
export interface EncodedPicture {
  /** The name that an error gives it. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The largest side that pictures keep. They keep it only if all of them are squares of it. */
export const LARGEST_KEPT_SIDE = 96;
/** The side that pictures get otherwise, if the user chose none. */
export const DEFAULT_SIDE = 64;
/** Sides that can be asked for, pixels. */
export const SMALLEST_SIDE = 8;
export const LARGEST_SIDE = 256;

/** Pictures of so many sizes are photographs, of which nobody expects that they stay as they are. */
const MOST_SIZES = 5;
/** The share of pictures of one size from which on others are odd. */
const USUAL = 0.9;

/**
 * The most pictures that are decoded at once; their pixels are limited as well. One larger picture is decoded
 * alone.
 */
const AT_ONCE = 16;
const PIXELS_AT_ONCE = 8_000_000;

/**
 * Memory for the pixels of a data set.
 * @throws DataError if it would be too much, or the browser does not give it
 */
export function allocatePixels(name: string, count: number, side: number): Uint8Array<ArrayBuffer> {
  const bytes = 3 * count * side * side;
  const advice = `Choose fewer images or a smaller side: at ${side} px, ${mostImages(side)} is the most.`;
  if (bytes > MAX_PIXEL_BYTES) {
    throw new DataError(
      `${name} is too large: expected images that take at most 2 GB in memory, got ${count} of ${side} × ${side} pixels, ` +
        `which is ${(bytes / 2 ** 30).toFixed(1)} GB. ${advice}`,
    );
  }
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new DataError(
      `${name} does not fit: expected ${(bytes / 2 ** 20).toFixed(0)} MB of memory for ${count} images, got none. ${advice}`,
    );
  }
}

/** @throws DataError if a side is not allowed */
export function checkSide(side: number | null): void {
  if (side === null || (Number.isInteger(side) && side >= SMALLEST_SIDE && side <= LARGEST_SIDE)) return;
  throw new DataError(
    `The side of the images must be a whole number from ${SMALLEST_SIDE} to ${LARGEST_SIDE} pixels, got ${side}.`,
  );
}

/**
 * Makes pictures of any size into squares of one side: the middle is cut out and resized as PIL does
 * (bicubic). If no side is given, they stay as they are while all are squares of one side of at most
 * `LARGEST_KEPT_SIDE`. When the first other picture comes, those before it are resized to `DEFAULT_SIDE` too.
 * They were kept whole, so the pixels are the same as if the side had been known from the start.
 */
export class PictureSheet {
  readonly #name: string;
  readonly #capacity: number;
  readonly #asked: number | null;
  #side = 0;
  #native: number | null = null;
  #pixels = new Uint8Array(0);
  #count = 0;
  /** Numbers of pictures of each size, “32 × 32”. */
  readonly #sizes = new Map<string, number>();

  /**
   * @param name name of the data set, for errors
   * @param capacity the most pictures that will come
   * @throws DataError if `side` is not allowed
   */
  constructor(name: string, capacity: number, side: number | null) {
    checkSide(side);
    this.#name = name;
    this.#capacity = capacity;
    this.#asked = side;
  }

  /** @throws DataError if the memory does not suffice */
  add(picture: Decoded): void {
    const { width, height } = picture;
    this.#tally(`${width} × ${height}`);
    this.#add(middle(picture), Math.min(width, height), width === height ? width : null);
  }

  /** `pixels` is u8 [side, side, 3], RGB. @throws DataError if the memory does not suffice */
  addSquare(pixels: Uint8Array, side: number): void {
    this.#add(pixels, side, side);
  }

  #tally(size: string): void {
    // Photographs may be of thousands of sizes. Only a few tell a story.
    if (this.#sizes.size <= MOST_SIZES || this.#sizes.has(size))
      this.#sizes.set(size, 1 + (this.#sizes.get(size) ?? 0));
  }

  /**
   * What to tell where a few pictures of other sizes changed what becomes of all: without them, all would
   * have stayed as they are. null if there is nothing to say.
   */
  get notice(): string | null {
    if (this.#asked !== null || this.#native !== null) return null;
    const sizes = [...this.#sizes].sort((a, b) => b[1] - a[1]);
    const [usual, ...others] = sizes;
    if (usual === undefined || sizes.length > MOST_SIZES) return null;
    const [size, count] = usual;
    const side = Number(size.split(' × ')[0]);
    if (size !== `${side} × ${side}` || !isKept(side) || count < USUAL * this.#count) return null;
    const rest = others
      .map(([other, times]) => `${times.toLocaleString('en')} ${times === 1 ? 'has' : 'have'} ${other}`)
      .join(', ');
    return (
      `${count.toLocaleString('en')} pictures have ${size} pixels, but ${rest}: all were brought to ` +
      `${this.#side} × ${this.#side}. Take the others out to keep the pixels as they are, or choose ${side} pixels as the side.`
    );
  }

  #add(square: Uint8Array, side: number, own: number | null): void {
    if (this.#count === 0) {
      this.#native = own;
      this.#side = this.#asked ?? (isKept(own) ? own : DEFAULT_SIDE);
      this.#pixels = allocatePixels(this.#name, this.#capacity, this.#side);
    } else if (this.#native !== null && own !== this.#native) {
      this.#native = null;
      if (this.#asked === null) this.#resizeAll(DEFAULT_SIDE);
    }
    this.#put(square, 0, side, this.#count);
    this.#count++;
  }

  /**
   * The pictures so far. `native` is the side of all pictures if all were squares of it; null: they differed.
   */
  finish(): { readonly size: number; readonly pixels: Uint8Array; readonly native: number | null } {
    const bytes = 3 * this.#count * this.#side * this.#side;
    return { size: this.#side, pixels: this.#pixels.subarray(0, bytes), native: this.#native };
  }

  #resizeAll(side: number): void {
    if (side === this.#side) return;
    const before = this.#pixels;
    const beforeSide = this.#side;
    this.#side = side;
    this.#pixels = allocatePixels(this.#name, this.#capacity, side);
    const image = 3 * beforeSide * beforeSide;
    for (let i = 0; i < this.#count; i++) this.#put(before, i * image, beforeSide, i);
  }

  #put(source: Uint8Array, offset: number, sourceSide: number, image: number): void {
    const side = this.#side;
    const bytes = 3 * side * side;
    const target = this.#pixels.subarray(image * bytes, (image + 1) * bytes);
    if (sourceSide === side) {
      target.set(source.subarray(offset, offset + bytes));
      return;
    }
    const crop = { top: 0, left: 0, width: sourceSide, height: sourceSide };
    cropResize(source, offset, sourceSide, crop, target, side, resampleScratch(sourceSide, side));
  }
}

function isKept(side: number | null): side is number {
  return side !== null && side >= SMALLEST_SIDE && side <= LARGEST_KEPT_SIDE;
}

/** The square in the middle, RGB: u8 [s, s, 3], where s is the shorter side. */
function middle({ width, height, pixels }: Decoded): Uint8Array {
  const side = Math.min(width, height);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const square = new Uint8Array(3 * side * side);
  let to = 0;
  for (let y = 0; y < side; y++) {
    let from = 4 * ((top + y) * width + left);
    for (let x = 0; x < side; x++, from += 4) {
      square[to++] = pixels[from]!;
      square[to++] = pixels[from + 1]!;
      square[to++] = pixels[from + 2]!;
    }
  }
  return square;
}

/**
 * Decodes pictures, several at once, and adds them in their order. A picture's claimed size is checked before
 * it is decoded.
 * @param leaveOut gets the pictures that are damaged, of another kind or too large, by their place in the
 * list
 * @throws DataError for such a picture if there is no `leaveOut`; DecoderError for a fault that is not the
 *   picture's; the signal's reason when aborted
 */
export async function decodeInto(
  sheet: PictureSheet,
  pictures: readonly EncodedPicture[],
  decode: DecodeImage,
  signal?: AbortSignal,
  leaveOut?: (index: number, fault: DataError) => void,
): Promise<void> {
  const orNull = <T>(index: number, fault: unknown): T | null => {
    const isOfPicture = fault instanceof DataError && !(fault instanceof DecoderError);
    if (leaveOut === undefined || !isOfPicture) throw fault;
    leaveOut(index, fault);
    return null;
  };
  let next = 0;
  while (next < pictures.length) {
    const start = next;
    const chosen: (PictureHeader | null)[] = [];
    for (let pixels = 0; next < pictures.length && next - start < AT_ONCE; next++) {
      const { bytes, name } = pictures[next]!;
      let header: PictureHeader | null = null;
      try {
        header = pictureHeader(bytes, name);
      } catch (fault) {
        chosen.push(orNull(next, fault));
        continue;
      }
      pixels += header.width * header.height;
      if (pixels > PIXELS_AT_ONCE && next > start) break;
      chosen.push(header);
    }
    const decoded = await Promise.all(
      chosen.map((header, i) =>
        header === null
          ? null
          : decodeOne(pictures[start + i]!, header, decode).catch((fault: unknown) =>
              orNull<Decoded>(start + i, fault),
            ),
      ),
    );
    signal?.throwIfAborted();
    for (const picture of decoded) if (picture !== null) sheet.add(picture);
  }
}

async function decodeOne(
  { bytes, name }: EncodedPicture,
  claimed: PictureHeader,
  decode: DecodeImage,
): Promise<Decoded> {
  const picture = await decode(bytes, name).catch((fault: unknown) => {
    if (fault instanceof DataError) throw fault;
    throw new DataError(
      `${name} is truncated or damaged: expected a ${claimed.kind} of ${claimed.width} × ${claimed.height} pixels, ` +
        `got “${fault instanceof Error ? fault.message : fault}”. Copy the file again, or take it out of the files.`,
    );
  });
  const { width, height } = picture;
  const upright = width === claimed.width && height === claimed.height;
  const turned = width === claimed.height && height === claimed.width;
  if (upright || turned) return picture;
  throw new DataError(
    `${name} is damaged: expected ${claimed.width} × ${claimed.height} pixels as it claims, got ${width} × ${height}. Copy the file again, or take it out of the files.`,
  );
}
