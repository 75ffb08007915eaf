import { z } from 'zod';
import { identityView, type Jitter, type ViewParameters } from '../data/images/views.ts';
import { byteArray, floatArray, parseVectors } from './arrays.ts';
import type { CheckRow } from './row.ts';
import type { UnderTest } from './underTest.ts';

// Section k: single operations on u8 [S, S, 3] images, compared with the results of PIL and torchvision.

const NORMALISE_TOLERANCE = 1e-5;

const triple = z.tuple([z.number(), z.number(), z.number()]);
const factor = z.object({ factor: z.number() });
const nothing = z.object({});
const pair = { x: byteArray, y: byteArray };

const operation = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('resized_crop_bicubic'),
    params: z.object({
      top: z.number(),
      left: z.number(),
      height: z.number(),
      width: z.number(),
      size: z.number().int().positive(),
    }),
    ...pair,
  }),
  z.object({ op: z.literal('brightness'), params: factor, ...pair }),
  z.object({ op: z.literal('contrast'), params: factor, ...pair }),
  z.object({ op: z.literal('saturation'), params: factor, ...pair }),
  z.object({ op: z.literal('hue'), params: factor, ...pair }),
  z.object({ op: z.literal('grayscale3'), params: nothing, ...pair }),
  z.object({ op: z.literal('gaussian_blur_pil'), params: z.object({ radius: z.number() }), ...pair }),
  z.object({ op: z.literal('solarize'), params: z.object({ threshold: z.number() }), ...pair }),
  z.object({ op: z.literal('hflip'), params: nothing, ...pair }),
  z.object({
    op: z.literal('normalise_cifar10'),
    params: z.object({ mean: triple, std: triple }),
    x: byteArray,
    y_nchw: floatArray,
  }),
]);

const vectorsSchema = z.object({ section: z.literal('k'), ops: z.array(operation).min(1) });

type Operation = z.infer<typeof operation>;
type ByteOperation = Exclude<Operation, { op: 'normalise_cifar10' }>;
type NormaliseOperation = Extract<Operation, { op: 'normalise_cifar10' }>;

/**
 * Checks every operation of section k as part of a view, with the code that makes training views.
 * @throws Error when the vectors are not of the known schema or name an unknown operation
 */
export async function checkAugmentation(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const { ops } = parseVectors('k (augmentation)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const op of ops) {
    rows.push(
      await (op.op === 'normalise_cifar10' ? checkNormalise(op, underTest) : checkBytes(op, underTest)),
    );
  }
  return rows;
}

async function checkBytes(op: ByteOperation, underTest: UnderTest): Promise<CheckRow> {
  const side = sideOf(op.x.shape);
  const size = op.op === 'resized_crop_bicubic' ? op.params.size : side;
  const expected = op.y.values;
  if (sideOf(op.y.shape) !== size) {
    throw new Error(
      `golden vectors k (augmentation): ${op.op} must give ${size} × ${size} pixels, the file has [${op.y.shape}]`,
    );
  }
  const got = await underTest.viewBytes(op.x.values, side, size, viewOf(op, side));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(got[i]! - expected[i]!));
  const tolerance = toleranceOf(op);
  return {
    check: `k ${op.op} ${JSON.stringify(op.params)}`,
    worstError: worst,
    tolerance,
    passed: worst <= tolerance,
    detail: 'levels of 255',
  };
}

async function checkNormalise(
  { params, x, y_nchw, op }: NormaliseOperation,
  underTest: UnderTest,
): Promise<CheckRow> {
  const size = sideOf(x.shape);
  const got = await underTest.viewFloats(x.values, size, size, identityView(size), params); // [S, S, 3]
  const expected = y_nchw.values; // [3, S, S]
  if (expected.length !== got.length) {
    throw new Error(
      `golden vectors k (augmentation): ${op} must give [3, ${size}, ${size}], the file has [${y_nchw.shape}]`,
    );
  }
  let worst = 0;
  for (let pixel = 0; pixel < size * size; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const error = Math.abs(got[pixel * 3 + channel]! - expected[channel * size * size + pixel]!);
      worst = Math.max(worst, error);
    }
  }
  return {
    check: `k ${op}`,
    worstError: worst,
    tolerance: NORMALISE_TOLERANCE,
    passed: worst <= NORMALISE_TOLERANCE,
    detail: 'absolute',
  };
}

/** The view that does this one operation and nothing else. */
function viewOf(op: ByteOperation, side: number): ViewParameters {
  const identity = identityView(side);
  switch (op.op) {
    case 'resized_crop_bicubic': {
      const { top, left, height, width } = op.params;
      return { ...identity, crop: { top, left, height, width } };
    }
    case 'brightness':
    case 'contrast':
    case 'saturation':
    case 'hue':
      return { ...identity, jitter: { ...NO_JITTER, [op.op]: op.params.factor } };
    case 'grayscale3':
      return { ...identity, grayscale: true };
    case 'gaussian_blur_pil':
      return { ...identity, blur: op.params.radius };
    case 'solarize':
      return { ...identity, solarize: op.params.threshold };
    case 'hflip':
      return { ...identity, flip: true };
  }
}

const NO_JITTER: Jitter = {
  order: ['brightness', 'contrast', 'saturation', 'hue'],
  brightness: 1,
  contrast: 1,
  saturation: 1,
  hue: 0,
};

/** Tolerance that the README of the vectors allows, in levels of 255. */
function toleranceOf({ op }: ByteOperation): number {
  if (op === 'hue' || op === 'gaussian_blur_pil') return 2;
  return op === 'hflip' || op === 'solarize' ? 0 : 1;
}

function sideOf(shape: readonly number[]): number {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || height !== width || channels !== 3) {
    throw new Error(`golden vectors k (augmentation): images must be [S, S, 3], got [${shape}]`);
  }
  return height;
}
