import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../network/safetensors.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { fromBase64, WeightsFileError } from '../network/weights.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { RunFileError } from './runFile.ts';
import { gzipOf, TextFileError } from './runText.ts';
import { parseSafetensors, parseTrainedWeights, readTrainedWeights } from './weightsText.ts';

const weights = tinyWeights();
const tensors = weightsToSafetensors(weights);
const json = JSON.stringify(weights);

describe('weights in safetensors', () => {
  it('come back as they went: tensors, architecture, and parity with gates', () => {
    expect(parseSafetensors(tensors)).toEqual(weights);
    for (const change of [
      { gated: false, bn: 'shared', branches: ['dense'], inner: [1, 2, 3, 4, 5, 6, 7, 0] },
      { gated: false, bn: 'shared', slim: ['slim50'], branches: ['slim50', 'dense'] },
    ] as const) {
      const other = tinyWeights(change);
      expect(parseSafetensors(weightsToSafetensors(other))).toEqual(other);
    }
  });

  it('begin at multiples of 8 and 4 bytes', () => {
    const length = Number(new DataView(tensors.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    for (const { dtype, bytes } of readSafetensors(tensors).tensors.values())
      if (dtype === 'F32') expect(bytes.byteOffset % 4).toBe(0);
  });

  it('may carry PyTorch’s count of batches, which nothing reads', () => {
    const file = readSafetensors(tensors);
    const counted = new Map([
      ...file.tensors,
      ['backbone.bn1.num_batches_tracked', { dtype: 'I64', shape: [], bytes: new Uint8Array(8) }] as const,
    ]);
    expect(parseSafetensors(writeSafetensors({ ...file, tensors: counted }))).toEqual(weights);
  });

  it('without the format in their metadata are not ours', () => {
    const { tensors: all } = readSafetensors(tensors);
    const stranger = writeSafetensors({ metadata: new Map([['format', 'pt']]), tensors: all });
    expect(() => parseSafetensors(stranger)).toThrow(/must say format "dualgate-weights".*got “pt”/);
    const odd = new Map([
      ['format', 'dualgate-weights'],
      ['version', '1'],
      ['architecture', '{"name":"vgg"}'],
    ]);
    expect(() => parseSafetensors(writeSafetensors({ metadata: odd, tensors: all }))).toThrow(
      /architecture.name/,
    );
  });
});

describe('a file of weights', () => {
  const named = (bytes: string | Uint8Array<ArrayBuffer> | Blob, name: string) => new File([bytes], name);

  it('is told by its content, packed or not', async () => {
    for (const file of [named(tensors, 'a'), named(json, 'b'), named(await gzipOf(json), 'c')])
      expect(await readTrainedWeights(file)).toEqual({ weights, run: null });
  });

  it('that is cut off says so', async () => {
    await expect(readTrainedWeights(named(tensors.slice(0, 5), 'a.safetensors'))).rejects.toThrow(/got 5/);
    await expect(readTrainedWeights(named(tensors.slice(0, 900), 'a'))).rejects.toThrow(
      /the file is cut off/,
    );
    await expect(readTrainedWeights(named(tensors.slice(0, -1), 'a'))).rejects.toThrow(/must lie within/);
    await expect(readTrainedWeights(named(json.slice(0, -40), 'a.json'))).rejects.toThrow(RunFileError);
  });

  it('as JSON names nothing twice and is not deep', () => {
    const twice = json.replace('{"format"', '{"format":"dualgate-weights","format"');
    expect(() => parseTrainedWeights(twice)).toThrow(/“format” twice/);
    const deep = json.replace('{', `{"x":${'['.repeat(90)}${']'.repeat(90)},`);
    expect(() => parseTrainedWeights(deep)).toThrow(/levels deep/);
    expect(() => parseTrainedWeights('['.repeat(1_000_000))).toThrow(RunFileError);
  });
});

describe('mutated files', () => {
  /** Passes if the error is one that is meant for users. Every other error is a bug. */
  const speaks = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (
        error instanceof WeightsFileError ||
        error instanceof RunFileError ||
        error instanceof TextFileError
      )
        return;
      throw error;
    }
  };
  const settings = { seed: 20, numRuns: 1500 };
  const headerEnd = 8 + Number(new DataView(tensors.buffer).getBigUint64(0, true));

  it('of safetensors: bytes changed, cut, doubled and put in', { timeout: 120_000 }, () => {
    // The file of the smallest network is small, so thousands of cases are quick. Half of the changes hit the
    // header.
    const place = fc.oneof(fc.nat(headerEnd), fc.nat(tensors.length - 1));
    const change = fc.record({
      at: place,
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'insert', 'drop'),
    });
    let largest = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let file = tensors.slice();
        for (const { at, byte, kind } of changes) {
          if (kind === 'set') file[at] = byte;
          else if (kind === 'cut') file = file.slice(0, at);
          else if (kind === 'drop') file = concat(file.subarray(0, at), file.subarray(at + 1 + (byte & 7)));
          else file = concat(file.subarray(0, at), Uint8Array.of(byte), file.subarray(at));
        }
        const began = performance.now();
        speaks(() => parseSafetensors(file));
        largest = Math.max(largest, performance.now() - began);
      }),
      settings,
    );
    expect(largest).toBeLessThan(2000);
  });

  it('of safetensors: headers that lie', { timeout: 120_000 }, () => {
    const size = fc.oneof(fc.constantFrom(0, -1, 1e9, 2 ** 31, 2 ** 53, 1e300, 0.5, null), fc.nat(5000));
    const header: Record<string, { dtype: unknown; shape: unknown; data_offsets: unknown }> = JSON.parse(
      new TextDecoder().decode(tensors.subarray(8, headerEnd)),
    );
    const names = Object.keys(header);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom('dtype', 'shape', 'data_offsets'),
        fc.oneof(fc.array(size, { maxLength: 5 }), fc.constantFrom('F64', 'U8', 'BF16', '', null, {}, 'F32')),
        (name, key, value) => {
          const lie = { ...header, [name]: { ...header[name], [key]: value } };
          const text = new TextEncoder().encode(JSON.stringify(lie));
          const file = concat(new Uint8Array(8), text, tensors.subarray(headerEnd));
          new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
          speaks(() => parseSafetensors(file));
        },
      ),
      settings,
    );
  });

  it('of JSON: letters changed, cut and put in, and values replaced', { timeout: 120_000 }, () => {
    const architecture = json.indexOf('"tensors"');
    const place = fc.oneof(fc.nat(architecture), fc.nat(json.length - 1));
    const letter = fc.constantFrom(...'{}[]",:0919eE-+.\\ntfaz*= \u0000é');
    const change = fc.record({ at: place, letter, cut: fc.nat(3), end: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = json;
        for (const { at, letter: put, cut, end } of changes)
          text = end === 0 ? text.slice(0, at) : text.slice(0, at) + put + text.slice(at + cut);
        speaks(() => parseTrainedWeights(text));
      }),
      { ...settings, numRuns: 700 },
    );
    const fields = Object.keys(weights.architecture);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const lie = { ...weights, architecture: { ...weights.architecture, [field]: value } };
        speaks(() => parseTrainedWeights(JSON.stringify(lie)));
      }),
      { ...settings, numRuns: 700 },
    );
  });

  it('leave the memory as it was: base64 is decoded only where a shape asks for it', () => {
    const huge = {
      ...weights,
      tensors: {
        ...weights.tensors,
        'backbone.conv1.weight': { shape: [4, 3, 3, 3], dtype: 'float32', data: 'A'.repeat(40_000_000) },
      },
    };
    const text = JSON.stringify(huge);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => parseTrainedWeights(text)).toThrow(/must be 576 letters of base64, got 40000000/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    expect(fromBase64('AAAA')).toHaveLength(3);
  });
});

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
