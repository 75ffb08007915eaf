import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npyFile } from './npy.ts';

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

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

  it.skipIf(!hasNumpy())('is read and written alike by NumPy (needs python3 with numpy)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'npy-'));
    const arrays = {
      floats: npyFile({
        dtype: 'float32',
        shape: [2, 3],
        values: Float32Array.of(0, 1.5, -2, 1e-45, 3e38, 7),
      }),
      bytes: npyFile({ dtype: 'uint8', shape: [2, 2, 1], values: Uint8Array.of(0, 1, 254, 255) }),
      labels: npyFile({ dtype: 'int64', shape: [3], values: [9, 0, 2147483647] }),
      none: npyFile({ dtype: 'float32', shape: [0, 4], values: new Float32Array(0) }),
    };
    for (const [name, file] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), file);
    const script = [
      'import io, json, sys, numpy as np',
      'out = {}',
      `for name in ${JSON.stringify(Object.keys(arrays))}:`,
      '    path = sys.argv[1] + "/" + name + ".npy"',
      '    a = np.load(path)',
      '    again = io.BytesIO(); np.save(again, a)',
      '    out[name] = [str(a.dtype), list(a.shape), a.astype(float).ravel().tolist(), again.getvalue() == open(path, "rb").read()]',
      'print(json.dumps(out))',
    ].join('\n');
    const told = JSON.parse(execFileSync('python3', ['-c', script, folder], { encoding: 'utf8' }));
    expect(told).toEqual({
      floats: ['float32', [2, 3], [0, 1.5, -2, Math.fround(1e-45), Math.fround(3e38), 7], true],
      bytes: ['uint8', [2, 2, 1], [0, 1, 254, 255], true],
      labels: ['int64', [3], [9, 0, 2147483647], true],
      none: ['float32', [0, 4], [], true],
    });
  });
});
