import { sizeOf } from './parameters.ts';

// NumPy's file of one array, version 1.0 (numpy.lib.format). It has the magic number, the version, a u16
// length of the header, the header, and the values in C order. The header is a Python dict, padded with
// spaces and a newline to a multiple of 64 bytes.

const DTYPES = { float32: '<f4', uint8: '|u1', int64: '<i8' } as const;

/** An array that NumPy reads: float32 and int64 little-endian. */
export type NpyArray =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly dtype: 'uint8'; readonly shape: readonly number[]; readonly values: Uint8Array }
  /** Whole numbers below 2^31, as labels are. */
  | { readonly dtype: 'int64'; readonly shape: readonly number[]; readonly values: ArrayLike<number> };

/** The bytes of a .npy file. @throws Error if the number of values does not fit the shape */
export function npyFile({ dtype, shape, values }: NpyArray): Uint8Array<ArrayBuffer> {
  const count = sizeOf(shape);
  if (values.length !== count)
    throw new Error(`npy: shape [${shape.join(', ')}] must have ${count} values, got ${values.length}`);
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${DTYPES[dtype]}', 'fortran_order': False, 'shape': (${sides}), }`;
  const start = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const width = dtype === 'float32' ? 4 : dtype === 'uint8' ? 1 : 8;
  const file = new Uint8Array(start + count * width);
  const view = new DataView(file.buffer);
  file.set([0x93, ...letters('NUMPY'), 1, 0]);
  view.setUint16(8, start - 10, true);
  file.set(letters(dict.padEnd(start - 11, ' ').concat('\n')), 10);
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (dtype === 'float32') view.setFloat32(start + 4 * i, value, true);
    else if (dtype === 'uint8') file[start + i] = value;
    else view.setInt32(start + 8 * i, value, true);
  }
  return file;
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
