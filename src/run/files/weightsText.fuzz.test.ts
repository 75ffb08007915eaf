import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../fuzz.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { WeightsFileError } from '../../network/weights.ts';
import { weightsToSafetensors } from '../../network/weightsTensors.ts';
import { RunFileError } from './runFile.ts';
import { TextFileError } from './runText.ts';
import { parseSafetensors, parseTrainedWeights } from './weightsText.ts';

const weights = tinyWeights();
const tensors = weightsToSafetensors(weights);
const json = JSON.stringify(weights);

describe('mutated files', () => {
  /** The error is one that is meant for users; anything else is a hole. */
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
  const settings = { seed: 20, numRuns: cases(1500) };
  const headerEnd = 8 + Number(new DataView(tensors.buffer).getBigUint64(0, true));

  it('of safetensors: bytes changed, cut, doubled and put in', { timeout: 120_000 }, () => {
    // The smallest network's file is small, so that thousands are quick; half of the changes hit the header.
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
      { ...settings, numRuns: cases(700) },
    );
    const fields = Object.keys(weights.architecture);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const lie = { ...weights, architecture: { ...weights.architecture, [field]: value } };
        speaks(() => parseTrainedWeights(JSON.stringify(lie)));
      }),
      { ...settings, numRuns: cases(700) },
    );
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
