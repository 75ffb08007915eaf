import { describe, expect, it } from 'vitest';
import { npyFile } from './npy.ts';

describe('a .npy file', () => {
  it('is, byte for byte, what numpy.save writes', () => {
    // np.save(f, np.array([[1, -2]], np.float32)), NumPy 2.
    const dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    const header = dict.padEnd(117, ' ').concat('\n');
    const file = npyFile({ dtype: 'float32', shape: [1, 2], values: Float32Array.of(1, -2) });
    expect(Buffer.from(file)).toEqual(
      Buffer.concat([
        Buffer.from('934e554d505901007600', 'hex'),
        Buffer.from(header),
        Buffer.from('0000803f000000c0', 'hex'),
      ]),
    );
  });

  it('begins its values at a multiple of 64 bytes, whatever the shape', () => {
    for (const shape of [[], [0], [3], [1, 2, 3], [12345678, 0, 1, 1, 1, 1, 1, 1]]) {
      const values = new Uint8Array(shape.reduce((product, side) => product * side, 1));
      expect((npyFile({ dtype: 'uint8', shape, values }).length - values.length) % 64).toBe(0);
    }
  });

  it('is refused for values that do not fill the shape', () => {
    expect(() => npyFile({ dtype: 'uint8', shape: [2, 2], values: new Uint8Array(3) })).toThrow(
      /4 values, got 3/,
    );
  });
});
