import { bankOf, type Dataset, type Images, type TrainAndTest } from '../data/images/dataset.ts';
import type { SampleSize } from '../metrics.ts';
import { type Random, shuffled, shuffledByParts } from '../random.ts';

// Which images an evaluation encodes. Samples are nested: each is the beginning of one order of all images.

/** An order of the labelled training images, and one of the test images: their rows. */
export interface SampleOrder {
  /** Empty without labels. */
  readonly bank: Uint32Array;
  readonly test: Uint32Array;
}

/** With fewer images, an accuracy would say nothing: one standard error would be above 7 points. */
const SMALLEST: SampleSize = { bank: 100, test: 50 };
/** Images to learn from for each test image, as long as there are enough of both. */
const BANK_PER_TEST = 2;

/** The sizes of the whole sets. */
export function wholeSize(data: TrainAndTest): SampleSize {
  return { bank: bankOf(data)?.count ?? 0, test: data.test.count };
}

/**
 * A random order of both sets. Images to learn from that come in parts are taken part by part, so that small
 * samples need no more than the first part.
 */
export function randomOrder(data: TrainAndTest, random: Random): SampleOrder {
  const { bank, test } = wholeSize(data);
  const { part = bank } = bankOf(data) ?? {};
  return { test: shuffled(test, random), bank: shuffledByParts(bank, part, random) };
}

/** The order in which the images are stored. */
export function storedOrder(data: TrainAndTest): SampleOrder {
  const { bank, test } = wholeSize(data);
  return { test: storedRows(test), bank: storedRows(bank) };
}

/** The rows of so many images in the order in which they are stored: u32 [count]. */
export function storedRows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** The sample of so many images: two thirds of them to learn from, or more if test images run out. */
export function sampleOf(whole: SampleSize, images: number): SampleSize {
  if (whole.bank === 0) return { bank: 0, test: Math.min(whole.test, images) };
  const test = Math.min(whole.test, Math.floor(images / (BANK_PER_TEST + 1)));
  const bank = Math.min(whole.bank, images - test);
  return { bank, test: Math.min(whole.test, images - bank) };
}

/** The smallest sample. */
export function smallestSample(whole: SampleSize): SampleSize {
  return sampleOf(whole, SMALLEST.bank + SMALLEST.test);
}

/**
 * The largest sample that costs at most `macs`, but never less than the smallest one.
 * @param macsOf cost of a sample; it grows with the sample
 */
export function largestSample(
  whole: SampleSize,
  macs: number,
  macsOf: (size: SampleSize) => number,
): SampleSize {
  let fits = SMALLEST.bank + SMALLEST.test;
  let exceeds = whole.bank + whole.test + 1;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (macsOf(sampleOf(whole, middle)) <= macs) fits = middle;
    else exceeds = middle;
  }
  return sampleOf(whole, fits);
}

/**
 * Where the first `count` images of an order stand among themselves when they are sorted as they are stored:
 * u32 [count]. k-NN and probes see all images in the order of the set, whatever the sample.
 */
export function placesOf(order: Uint32Array, count: number): Uint32Array {
  const first = order.subarray(0, count);
  const places = new Uint32Array(order.length);
  for (const [place, row] of first.toSorted().entries()) places[row] = place;
  return first.map((row) => places[row]!);
}

/** Copies of these images, without labels. */
export function pickImages({ size, pixels }: Images, rows: Uint32Array): Images {
  const length = size * size * 3;
  const picked = new Uint8Array(rows.length * length);
  for (const [i, row] of rows.entries())
    picked.set(pixels.subarray(row * length, (row + 1) * length), i * length);
  return { count: rows.length, size, pixels: picked };
}

/** The first `count` images of an order, as a set of their own in the order of the whole set. */
export function sampledSet(images: Dataset, order: Uint32Array, count: number): Dataset {
  if (count === images.count) return images;
  const rows = order.subarray(0, count).toSorted();
  const labels = Uint8Array.from(rows, (row) => images.labels[row]!);
  return { ...images, ...pickImages(images, rows), labels };
}

/** Rows of `values`, moved from the place `from[i]` to the place `to[i]`: a new array of `to.length` rows. */
export function movedRows<T extends Float32Array | Uint8Array>(
  values: T,
  width: number,
  from: Uint32Array,
  to: Uint32Array,
): T {
  const moved = values.slice(0, to.length * width) as T;
  for (const [i, place] of to.entries())
    moved.set(values.subarray(from[i]! * width, (from[i]! + 1) * width), place * width);
  return moved;
}
