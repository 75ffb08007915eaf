import { bankOf, type Dataset, type Images, type TrainAndTest } from '../data/images/dataset.ts';
import { RAW_PIXELS } from '../data/images/recipe.ts';
import { PIXEL_FLOORS, type PixelFloor, type PixelFloors, type SampleSize } from '../metrics.ts';
import { accuracyWithChance, chancesOf } from './chance.ts';
import type { Extent, OnProgress } from './evaluation.ts';
import { KNN20, knn } from './knn.ts';
import { covarianceOf, moments } from './moments.ts';
import { featureRows, pixelRows, type Rows } from './rows.ts';
import { sampledSet } from './sample.ts';
import { largestEigenpairs } from './spectrum/eigenvectors.ts';

// What 20-NN reaches on pixels, without any network. What prepares them is computed from the bank's pixels
// alone: not from labels, and not from test images.

/** Images are reduced to at most this side before their components are taken. */
const REDUCED_SIDE = 16;
/** Principal components that are kept. */
const COMPONENTS = 64;
/** Components with less than this share of the largest one's variance are rounding noise. */
const NOISE = 1e-7;
/** Rows that are read at a time. */
const AT_ONCE = 512;
/** Multiply-adds that an engine does in the time of one in a plain loop. */
const PLAIN_LOOP = 20;

/** Rows of the bank and of the test images, prepared alike. */
export interface PreparedRows {
  readonly bank: Rows;
  readonly test: Rows;
}

/**
 * 20-NN on pixels, each floor by the same vote as the features of a network. null without labels.
 * @param onProgress called after each piece of work; may wait, and throws to cancel
 */
export async function pixelFloors(
  data: TrainAndTest,
  { order, size }: Pick<Extent, 'order' | 'size'>,
  onProgress: OnProgress,
): Promise<PixelFloors | null> {
  const all = bankOf(data);
  if (all === null) return null;
  const bank = sampledSet(all, order.bank, size.bank);
  const test = sampledSet(data.test, order.test, size.test);
  const floors = Object.keys(PIXEL_FLOORS);
  const shareOf = async (floor: PixelFloor) => {
    const before = floors.indexOf(floor);
    const onChunk: OnProgress = (done, of) =>
      onProgress(Math.round((before + done / of) * test.count), floors.length * test.count);
    return accuracyOf(await preparedRows(floor, bank, test), bank, test, onChunk);
  };
  return {
    rawPixels: await shareOf('rawPixels'),
    centred: await shareOf('centred'),
    perImage: await shareOf('perImage'),
    components: await shareOf('components'),
  };
}

async function accuracyOf(
  rows: PreparedRows,
  { labels, classes }: Dataset,
  test: Dataset,
  onChunk: OnProgress,
): Promise<number> {
  const problem = { bank: rows.bank, bankLabels: labels, queries: rows.test, classes: classes.length };
  const { predictions, nearest } = await knn({ ...KNN20, ...problem }, onChunk);
  const chances = chancesOf(nearest, KNN20.k, rows.bank, labels, classes.length);
  return accuracyWithChance(predictions, test.labels, chances);
}

/** The rows that a floor compares. */
export function preparedRows(floor: PixelFloor, bank: Images, test: Images): Promise<PreparedRows> {
  const pixels = { bank: pixelRows(bank, RAW_PIXELS), test: pixelRows(test, RAW_PIXELS) };
  switch (floor) {
    case 'rawPixels':
      return Promise.resolve(pixels);
    case 'centred': {
      const mean = meanOf(pixels.bank);
      return Promise.resolve({ bank: lessMean(pixels.bank, mean), test: lessMean(pixels.test, mean) });
    }
    case 'perImage':
      return Promise.resolve({ bank: lessOwnMean(pixels.bank), test: lessOwnMean(pixels.test) });
    case 'components':
      return whitenedComponents(reducedRows(bank), reducedRows(test));
    default:
      return floor satisfies never;
  }
}

/**
 * Multiply-adds of comparing so many images by all four floors, counted as evaluations are. The cost of the
 * components does not depend on the number of test images.
 */
export function pixelFloorMacs(side: number, { bank, test }: SampleSize): number {
  const reduced = 3 * Math.ceil(side / boxOf(side)) ** 2;
  const order = Math.min(bank, reduced);
  const components =
    bank * reduced * order + PLAIN_LOOP * ((4 / 3) * order ** 3 + bank * reduced * COMPONENTS);
  return components + bank * test * (3 * 3 * side ** 2 + COMPONENTS);
}

function meanOf({ count, dimension, read }: Rows): Float64Array {
  const mean = new Float64Array(dimension);
  for (let from = 0; from < count; from += AT_ONCE)
    read(from, Math.min(count, from + AT_ONCE)).forEach((value, i) => {
      mean[i % dimension]! += value / count;
    });
  return mean;
}

function lessMean(rows: Rows, mean: Float64Array): Rows {
  const { dimension } = rows;
  return { ...rows, read: (from, to) => rows.read(from, to).map((value, i) => value - mean[i % dimension]!) };
}

/** From each row the mean of its own values is taken away. */
function lessOwnMean(rows: Rows): Rows {
  const { dimension } = rows;
  const read = (from: number, to: number) => {
    const values = rows.read(from, to).slice();
    for (let at = 0; at < values.length; at += dimension) {
      let sum = 0;
      for (let d = at; d < at + dimension; d++) sum += values[d]!;
      for (let d = at; d < at + dimension; d++) values[d]! -= sum / dimension;
    }
    return values;
  };
  return { ...rows, read };
}

/** The side of the boxes that a picture is reduced by: 2 for 32 pixels, 6 for 96. */
function boxOf(side: number): number {
  return Math.ceil(side / REDUCED_SIDE);
}

/** Pixels as means over square boxes, 0–1. At the right and lower edge a box may be smaller. */
export function reducedRows({ count, size, pixels }: Images): Rows {
  const box = boxOf(size);
  const side = Math.ceil(size / box);
  const dimension = 3 * side * side;
  // For each value of a picture, where it counts and how much; looked up, because large sets are read often.
  const place = new Uint16Array(size * size * 3);
  const weight = new Float32Array(size * size * 3);
  const within = (at: number) => Math.min(box, size - at * box);
  for (let i = 0; i < place.length; i++) {
    const [y, x] = [Math.floor(i / (3 * size * box)), Math.floor((i % (3 * size)) / (3 * box))];
    place[i] = 3 * (y * side + x) + (i % 3);
    weight[i] = 1 / (255 * within(y) * within(x));
  }
  const read = (from: number, to: number) => {
    const rows = new Float32Array((to - from) * dimension);
    for (let image = from; image < to; image++) {
      const at = (image - from) * dimension;
      const first = image * place.length;
      for (let i = 0; i < place.length; i++) rows[at + place[i]!]! += pixels[first + i]! * weight[i]!;
    }
    return rows;
  };
  return { count, dimension, read };
}

/**
 * The first principal components of the bank, each divided by its deviation there: PCA whitening. Components
 * that hardly vary are left out; if nothing varies, all rows are 0.
 */
async function whitenedComponents(bank: Rows, test: Rows): Promise<PreparedRows> {
  const mean = meanOf(bank);
  const { variances, directions } =
    bank.count < bank.dimension ? componentsOfFew(lessMean(bank, mean)) : await componentsOfMany(bank);
  const kept = variances.filter((variance) => variance > NOISE * variances[0]!).length;
  const scaled = directions.map((value, i) => value / Math.sqrt(variances[Math.floor(i / bank.dimension)]!));
  const project = (rows: Rows) => projected(lessMean(rows, mean), scaled, kept);
  return { bank: project(bank), test: project(test) };
}

interface Components {
  /** f64 [components], the largest first. */
  readonly variances: Float64Array;
  /** f64 [components, D] */
  readonly directions: Float64Array;
}

/** From the covariance of the pixels, [D, D]. */
async function componentsOfMany(rows: Rows): Promise<Components> {
  const { count, dimension } = rows;
  const covariance = covarianceOf(await moments(rows, new Uint8Array(count), 1));
  const { values, vectors } = largestEigenpairs(covariance, dimension, Math.min(COMPONENTS, dimension));
  return { variances: values, directions: vectors };
}

/** From the products of all pairs of rows, [N, N], which are fewer where there are few images. */
function componentsOfFew({ count, dimension, read }: Rows): Components {
  const rows = read(0, count);
  const products = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let d = 0; d < dimension; d++) sum += rows[a * dimension + d]! * rows[b * dimension + d]!;
      products[a * count + b] = products[b * count + a] = sum / count;
    }
  }
  const { values, vectors } = largestEigenpairs(products, count, Math.min(COMPONENTS, count));
  const directions = new Float64Array(values.length * dimension);
  for (const [component, variance] of values.entries()) {
    if (!(variance > 0)) continue;
    const scale = 1 / Math.sqrt(variance * count);
    for (let n = 0; n < count; n++) {
      const share = scale * vectors[component * count + n]!;
      for (let d = 0; d < dimension; d++)
        directions[component * dimension + d]! += share * rows[n * dimension + d]!;
    }
  }
  return { variances: values, directions };
}

/** Rows times the first `kept` directions; a column of zeros if there is none. */
function projected({ count, dimension, read }: Rows, directions: Float64Array, kept: number): Rows {
  const width = Math.max(1, kept);
  const values = new Float32Array(count * width);
  for (let from = 0; from < count; from += AT_ONCE) {
    const to = Math.min(count, from + AT_ONCE);
    const rows = read(from, to);
    for (let n = from; n < to; n++) {
      const at = (n - from) * dimension;
      for (let c = 0; c < kept; c++) {
        let sum = 0;
        for (let d = 0; d < dimension; d++) sum += rows[at + d]! * directions[c * dimension + d]!;
        values[n * width + c] = sum;
      }
    }
  }
  return featureRows(values, width);
}
