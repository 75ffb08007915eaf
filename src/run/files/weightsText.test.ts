import { describe, expect, it } from 'vitest';
import { readSafetensors, type SafeTensor, writeSafetensors } from '../../network/safetensors.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { fromBase64 } from '../../network/weights.ts';
import { weightsToSafetensors } from '../../network/weightsTensors.ts';
import { RunFileError } from './runFile.ts';
import { gzipOf } from './runText.ts';
import { parseSafetensors, parseTrainedWeights, readTrainedWeights } from './weightsText.ts';

const weights = tinyWeights();
const tensors = weightsToSafetensors(weights);
const json = JSON.stringify(weights);
const WHOLE: SafeTensor = { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) };

describe('weights in safetensors', () => {
  it('come back as they went: tensors, architecture, and parity with gates', () => {
    expect(parseSafetensors(tensors).weights).toEqual(weights);
    for (const change of [
      { gated: false, bn: 'shared', branches: ['dense'], inner: [1, 2, 3, 4, 5, 6, 7, 0] },
      { gated: false, bn: 'shared', slim: ['slim50'], branches: ['slim50', 'dense'] },
    ] as const) {
      const other = tinyWeights(change);
      expect(parseSafetensors(weightsToSafetensors(other)).weights).toEqual(other);
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
    expect(parseSafetensors(writeSafetensors({ ...file, tensors: counted })).weights).toEqual(weights);
  });

  it.each(['module.', '_orig_mod.', 'module._orig_mod.'])(
    'of a model wrapped as %s are read',
    async (prefix) => {
      const file = readSafetensors(tensors);
      const renamed = [...file.tensors].map(([name, tensor]) => {
        return [name.startsWith('parity.') ? name : `${prefix}${name}`, tensor] as const;
      });
      const bytes = writeSafetensors({ ...file, tensors: new Map(renamed) });
      expect(parseSafetensors(bytes).weights).toEqual(weights);
      const { notice } = await readTrainedWeights(new File([bytes], 'a.safetensors'));
      expect(notice).toContain(`“${prefix.split('.')[0]}.”`);
      const entries = Object.entries(weights.tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]);
      const text = JSON.stringify({ ...weights, tensors: Object.fromEntries(entries) });
      expect(parseTrainedWeights(text)).toEqual({ weights, run: null, notice });
    },
  );

  it.each<[string, (all: Map<string, SafeTensor>) => unknown, RegExp]>([
    [
      'lack the images of their parity',
      (all) => all.delete('parity.images'),
      /must hold parity.images beside/,
    ],
    [
      'have whole numbers for weights',
      (all) => all.set('a', WHOLE),
      /must hold floating-point values.*got I64/,
    ],
    [
      'have whole numbers for images',
      (all) => all.set('parity.images', WHOLE),
      /parity.images must be U8, got I64/,
    ],
  ])('that %s are refused, and read once they are exported again', (_, change, words) => {
    const { metadata, tensors: read } = readSafetensors(tensors);
    const all = new Map(read);
    change(all);
    expect(() => parseSafetensors(writeSafetensors({ metadata, tensors: all }))).toThrow(words);
    expect(parseSafetensors(weightsToSafetensors(weights)).weights).toEqual(weights);
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

  it('that is larger than any network of the playground is not opened', async () => {
    const large = Object.defineProperty(named(tensors, 'a'), 'size', { value: 5e9 });
    await expect(readTrainedWeights(large)).rejects.toThrow(/must have at most \d+ MB, got 5000/);
  });

  it('as JSON names nothing twice and is not deep', () => {
    const twice = json.replace('{"format"', '{"format":"dualgate-weights","format"');
    expect(() => parseTrainedWeights(twice)).toThrow(/“format” twice/);
    const deep = json.replace('{', `{"x":${'['.repeat(90)}${']'.repeat(90)},`);
    expect(() => parseTrainedWeights(deep)).toThrow(/levels deep/);
    expect(() => parseTrainedWeights('['.repeat(1_000_000))).toThrow(RunFileError);
  });

  it('leaves the memory as it was: base64 is decoded only where a shape asks for it', () => {
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
