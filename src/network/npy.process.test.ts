import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { npyFile } from './npy.ts';

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it.skipIf(!hasNumpy())('a .npy file is read and written alike by NumPy (needs python3 with numpy)', () => {
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
