import { describe, expect, it } from 'vitest';
import { floatValues, readSafetensors, type SafeTensor, writeSafetensors } from './safetensors.ts';
import { WeightsFileError } from './weights.ts';

const text = new TextEncoder();

/** A file whose header is this text, valid or not. */
function fileOf(header: string, data: readonly number[] = [], claimed?: bigint): Uint8Array {
  const json = text.encode(header);
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const u8 = (shape: readonly number[], ...bytes: number[]): SafeTensor => {
  return { dtype: 'U8', shape, bytes: Uint8Array.from(bytes) };
};

describe('a safetensors file', () => {
  it('is these bytes', () => {
    const file = writeSafetensors({
      metadata: new Map([['a', 'b']]),
      tensors: new Map([['x', u8([2], 7, 9)]]),
    });
    const header = '{"__metadata__":{"a":"b"},"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}  ';
    expect(header.length % 8).toBe(0);
    expect([...file]).toEqual([header.length, 0, 0, 0, 0, 0, 0, 0, ...text.encode(header), 7, 9]);
  });

  it('is read as it was written, from the middle of a larger buffer too', () => {
    const tensors = new Map([
      ['one', u8([1, 3], 1, 2, 3)],
      ['none', u8([0, 5])],
      ['scalar', u8([], 4)],
    ]);
    const written = writeSafetensors({ metadata: new Map(), tensors });
    const larger = new Uint8Array(written.length + 3);
    larger.set(written, 3);
    for (const file of [written, larger.subarray(3)]) {
      const { tensors: read, metadata } = readSafetensors(file);
      expect(metadata.size).toBe(0);
      expect([...read].map(([name, { shape, bytes }]) => [name, shape, [...bytes]])).toEqual([
        ['one', [1, 3], [1, 2, 3]],
        ['none', [0, 5], []],
        ['scalar', [], [4]],
      ]);
    }
  });

  it('may hold floats of other widths, which become float32', () => {
    const bytes = (fill: (view: DataView) => void, length: number) => {
      const buffer = new Uint8Array(length);
      fill(new DataView(buffer.buffer));
      return buffer;
    };
    // These are bits as IEEE 754 and bfloat16 define them: 1, −2, the smallest half, 65504 / infinity / a
    // large bfloat16.
    const f16 = bytes(
      (view) =>
        [0x3c00, 0xc000, 1, 0x7bff, 0x7c00].forEach((b, i) => {
          view.setUint16(2 * i, b, true);
        }),
      10,
    );
    expect([...floatValues('h', { dtype: 'F16', shape: [5], bytes: f16 })]).toEqual([
      1,
      -2,
      2 ** -24,
      65504,
      Number.POSITIVE_INFINITY,
    ]);
    const bf16 = bytes(
      (view) =>
        [0x3f80, 0xc000, 0x4049].forEach((b, i) => {
          view.setUint16(2 * i, b, true);
        }),
      6,
    );
    expect([...floatValues('b', { dtype: 'BF16', shape: [3], bytes: bf16 })]).toEqual([1, -2, 3.140625]);
    const f64 = bytes((view) => view.setFloat64(0, 0.1, true), 8);
    expect([...floatValues('d', { dtype: 'F64', shape: [1], bytes: f64 })]).toEqual([Math.fround(0.1)]);
    expect(() => floatValues('n', u8([1], 1))).toThrow(/n must hold floating-point values/);
  });
});

describe('what is no such file is refused in words:', () => {
  const entry = (rest: string) => `{"x":{${rest}}}`;
  const x = '"dtype":"U8","shape":[2],"data_offsets":[0,2]';
  it.each([
    ['nothing', new Uint8Array(0), /at least 10 bytes, got 0/],
    ['a header longer than the file', fileOf('{}', [], 900n), /claims 900 bytes, but 2 follow/],
    [
      'a header of 2^63 bytes',
      fileOf('{}', [], 2n ** 63n),
      /at most 4000000 bytes, but claims 9223372036854775808/,
    ],
    ['no JSON', fileOf('{"x":', [1]), /must be JSON/],
    ['no UTF-8', fileOf('{}', [], 2n).with(9, 0xff), /must be JSON in UTF-8/],
    ['an array', fileOf('[[1]]'), /must be an object/],
    ['a deep header', fileOf(`{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`), /4 levels deep, got 2001/],
    ['a name twice', fileOf(`{"x":{${x}},"x":{${x}}}`, [1, 2]), /names x twice/],
    ['an escaped name twice', fileOf(`{"x":{${x}},"\\u0078":{${x}}}`, [1, 2]), /names x twice/],
    ['metadata that are no strings', fileOf('{"__metadata__":{"a":1}}'), /a must be a string, got number/],
    [
      'an unknown dtype',
      fileOf(entry('"dtype":"Q7","shape":[],"data_offsets":[0,0]')),
      /must have a dtype of/,
    ],
    [
      'a dtype of the prototype',
      fileOf(entry('"dtype":"toString","shape":[],"data_offsets":[0,0]')),
      /must have a dtype of/,
    ],
    [
      'a negative side',
      fileOf(entry('"dtype":"U8","shape":[-1],"data_offsets":[0,0]')),
      /whole numbers from 0 up/,
    ],
    [
      'a huge shape',
      fileOf(entry('"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,0]')),
      /must have .*e\+.* bytes, got 0/,
    ],
    [
      'offsets beyond the data',
      fileOf(entry('"dtype":"U8","shape":[9],"data_offsets":[0,9]'), [1]),
      /within the 1 bytes/,
    ],
    [
      'offsets backwards',
      fileOf(entry('"dtype":"U8","shape":[0],"data_offsets":[1,0]'), [1]),
      /within the 1 bytes/,
    ],
    [
      'a shape that its bytes do not fill',
      fileOf(entry('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), [1, 2, 3, 4]),
      /must have 8 bytes, got 4/,
    ],
    ['tensors on one another', fileOf(`{"x":{${x}},"y":{${x}}}`, [1, 2]), /overlaps the tensor before it/],
    [
      'a hole',
      fileOf(entry('"dtype":"U8","shape":[1],"data_offsets":[1,2]'), [1, 2]),
      /leaves a hole before it/,
    ],
    [
      'bytes after the last tensor',
      fileOf(`{"x":{${x}}}`, [1, 2, 3]),
      /must fill the 3 bytes after the header, but take 2/,
    ],
  ])('%s', (_, file, says) => {
    expect(() => readSafetensors(file)).toThrow(WeightsFileError);
    expect(() => readSafetensors(file)).toThrow(says);
  });

  it('a polluting name is a name like any other', () => {
    const file = fileOf(`{"__proto__":{${x}}}`, [1, 2]);
    expect([...readSafetensors(file).tensors.keys()]).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });
});
