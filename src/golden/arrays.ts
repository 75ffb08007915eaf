import { z } from 'zod';

// Arrays of golden vectors are base64 of little-endian values in row-major order. Every JavaScript engine of
// today keeps them in memory in the same way.

export interface FloatArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface ByteArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** What is kept of a large array: every `every`-th element, the L2 norm and the sum. */
export interface SampledArray {
  readonly shape: readonly number[];
  readonly every: number;
  /** Elements 0, every, 2·every, … */
  readonly samples: Float32Array;
  readonly norm: number;
  readonly sum: number;
}

const shape = z.array(z.number().int().nonnegative());

/** `{"shape", "f32"}` → FloatArray. */
export const floatArray = z.object({ shape, f32: z.string() }).transform((file, context): FloatArray => {
  const values = decodeFloats(file.f32, sizeOf(file.shape), context);
  return { shape: file.shape, values };
});

/** `{"shape", "u8"}` → ByteArray. */
export const byteArray = z.object({ shape, u8: z.string() }).transform((file, context): ByteArray => {
  const values = decodeBytes(file.u8, sizeOf(file.shape), context);
  return { shape: file.shape, values };
});

/** `{"shape", "every", "f32_every", "norm", "sum"}` → SampledArray. */
export const sampledArray = z
  .object({
    shape,
    every: z.number().int().positive(),
    f32_every: z.string(),
    norm: z.number(),
    sum: z.number(),
  })
  .transform(({ f32_every, ...file }, context): SampledArray => {
    const expected = Math.ceil(sizeOf(file.shape) / file.every);
    return { ...file, samples: decodeFloats(f32_every, expected, context) };
  });

/**
 * Parses `vectors` by `schema`.
 * @throws Error that names the file's section and every place that does not fit
 */
export function parseVectors<T>(section: string, schema: z.ZodType<T>, vectors: unknown): T {
  const parsed = schema.safeParse(vectors);
  if (parsed.success) return parsed.data;
  throw new Error(`golden vectors ${section}: not the known schema\n${z.prettifyError(parsed.error)}`);
}

function decodeFloats(base64: string, expected: number, context: z.RefinementCtx): Float32Array {
  const bytes = decodeBytes(base64, expected * 4, context);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

function decodeBytes(base64: string, expected: number, context: z.RefinementCtx): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be base64' });
    return new Uint8Array(expected);
  }
  if (text.length !== expected) {
    context.addIssue({ code: 'custom', message: `must hold ${expected} bytes, got ${text.length}` });
    return new Uint8Array(expected);
  }
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function sizeOf(sides: readonly number[]): number {
  return sides.reduce((product, side) => product * side, 1);
}
