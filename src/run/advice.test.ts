import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { type Advice, advised } from '../advice.fixture.ts';
import { configOfWeights, startTensors } from '../network/fromWeights.ts';
import { readSafetensors, type SafeTensor, writeSafetensors } from '../network/safetensors.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { parseRunFile, runFileOf } from './files/runFile.ts';
import { gzipOf, textOf } from './files/runText.ts';
import { parseTrainedWeights, readTrainedWeights } from './files/weightsText.ts';
import { EMPTY_RECORD } from './record.ts';
import { parseRunSet } from './sets/runSetFile.ts';
import { parseSweepFile } from './sweep/sweepFile.ts';

// Every text that advises something about files of runs, weights and sweeps: the input that provokes it, and
// what its advice leads to, which must work.

const weights = tinyWeights();
const json = JSON.stringify(weights);
const tensors = weightsToSafetensors(weights);
const run = JSON.stringify(runFileOf(DEFAULT_CONFIG, EMPTY_RECORD));
const sweep = readFileSync(new URL('../../datasets/sweeps/emoji10.json', import.meta.url), 'utf8');
const sweepWith = (change: object) => JSON.stringify({ ...JSON.parse(sweep), ...change });
const named = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], 'a.safetensors');

/** The same safetensors with other metadata. */
function told(change: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const file = readSafetensors(tensors);
  return writeSafetensors({ ...file, metadata: new Map([...file.metadata, ...Object.entries(change)]) });
}

/** The same safetensors with another tensor, or without one. */
function withTensor(name: string, tensor: SafeTensor | null): Uint8Array<ArrayBuffer> {
  const { metadata, tensors: all } = readSafetensors(tensors);
  const changed = new Map(all);
  if (tensor === null) changed.delete(name);
  else changed.set(name, tensor);
  return writeSafetensors({ metadata, tensors: changed });
}

const WHOLE: SafeTensor = { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) };
const withWeights = (file: object) => JSON.stringify({ ...runFileOf(settings, EMPTY_RECORD), weights: file });
const runSet = JSON.stringify({
  ...{
    format: 'dualgate-runs',
    version: 1,
    recordedOn: '2026-01-01T00:00:00.000Z',
    engine: 'wasm',
    runs: [],
  },
});
const settings = configOfWeights(weights.architecture, DEFAULT_CONFIG);
const slice = tinyWeights({ bn: 'shared', branches: ['gated'], inner: [1, 1, 1, 1, 1, 1, 1, 1] });

const ADVICE: readonly (Advice & { fault: string })[] = [
  {
    fault: 'a picture as a run file',
    provoke: () => parseRunFile('‰PNG'),
    says: /must be JSON, but this is not: .* Choose a file that “Export run” or “npm run train -- --out” wrote\.$/,
    follow: () => parseRunFile(run),
  },
  {
    fault: 'weights as a run file',
    provoke: () => parseRunFile(json),
    says: /holds weights only .* Choose a file of format "dualgate-run"\.$/,
    follow: () => parseRunFile(run),
  },
  {
    fault: 'a run file whose settings were changed by hand',
    provoke: () => parseRunFile(run.replace(/"width":\d+/, '"width":100000')),
    says: /not as it was written: .* Choose a file that was not changed\.$/,
    follow: () => parseRunFile(run),
  },
  {
    fault: 'a file that was cut off while it was copied',
    provoke: async () => textOf((await gzipOf(run)).slice(0, 60)),
    says: /must be text in UTF-8, plain or gzip, and whole; .* Copy or download it again\.$/,
    follow: async () => parseRunFile(await textOf(await gzipOf(run))),
  },
  {
    fault: 'a run file of another version',
    provoke: () => parseRunFile(run.replace('"version":1', '"version":9')),
    says: /version 1; this one does not fit: version: .* Choose a file that “Export run” or “npm run train -- --out” wrote\.$/,
    follow: () => parseRunFile(run),
  },
  {
    fault: 'a run file whose weights lack a tensor',
    provoke: () => parseRunFile(withWeights({ ...weights, tensors: {} })),
    says: /^The weights in this run file cannot be used\. .* Choose a file that “Export” wrote/,
    follow: () => parseRunFile(withWeights(weights)),
  },
  {
    fault: 'text that unpacks to more than there may be',
    provoke: async () => textOf(await gzipOf(run), 100),
    says: /must hold at most .* MB of text, got more: .* Choose a file that “Export” or “npm run train -- --out” wrote\.$/,
    follow: async () => parseRunFile(await textOf(await gzipOf(run))),
  },
  {
    fault: 'a run set of another kind',
    provoke: () => parseRunSet(run),
    says: /must have format "dualgate-runs", .* Choose a file that “npm run sweep” or “Save the runs” wrote\.$/,
    follow: () => parseRunSet(runSet),
  },
  {
    fault: 'a sweep without seeds',
    provoke: () => parseSweepFile(sweepWith({ seeds: 'many' })),
    says: /does not fit: seeds: .* Correct it, or start from datasets\/sweeps\/emoji10\.json\.$/,
    follow: () => parseSweepFile(sweepWith({ seeds: [1] })),
  },
  {
    fault: 'a setting of a sweep of another type',
    provoke: () => parseSweepFile(sweepWith({ config: { width: 'wide' } })),
    says: /^config\.width: .*, got "wide"\.$/,
    follow: () => parseSweepFile(sweepWith({ config: { width: 8 } })),
  },
  {
    fault: 'safetensors that are too large',
    provoke: () => readTrainedWeights(Object.defineProperty(named(tensors), 'size', { value: 5e9 })),
    says: /must have at most \d+ MB, got 5000: .* Choose another file\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'weights of another version',
    provoke: () => parseTrainedWeights(JSON.stringify({ ...weights, version: 9 })),
    says: /version 1; this one does not fit: version: .* Choose a file that “Export” wrote\.$/,
    follow: () => parseTrainedWeights(json),
  },
  {
    fault: 'safetensors with whole numbers for weights',
    provoke: () => readTrainedWeights(named(withTensor('a', WHOLE))),
    says: /must hold floating-point values .*, got I64\. Export the file again\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'safetensors with whole numbers for images',
    provoke: () => readTrainedWeights(named(withTensor('parity.images', WHOLE))),
    says: /parity\.images must be U8, got I64\. Export the file again\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'safetensors without the images of their parity',
    provoke: () => readTrainedWeights(named(withTensor('parity.images', null))),
    says: /must hold parity\.images beside features and gates of them\. Export it again\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'a run of other settings than its weights',
    provoke: () => startTensors(weights, { ...settings, projector: 16 }),
    says: /and the weights have .*\. Take over the settings of the weights\.$/,
    follow: () => startTensors(weights, settings),
  },
  {
    fault: 'a run that begins with a slice',
    provoke: () => startTensors(slice, settings),
    says: /are a slice: .* Choose the file of the whole network\.$/,
    follow: () => startTensors(weights, settings),
  },
  {
    fault: 'a run without weights',
    provoke: () => parseTrainedWeights(run),
    says: /saved without weights: .* Choose a run that was saved after its end, or its weights file\.$/,
    follow: () => parseTrainedWeights(json),
  },
  {
    fault: 'a weights file that names a field twice',
    provoke: () => parseTrainedWeights(json.replace('{', '{"version":1,')),
    says: /not as “Export” writes it: “version” twice/,
    follow: () => parseTrainedWeights(json),
  },
  {
    fault: 'safetensors of another program',
    provoke: () => readTrainedWeights(named(told({ format: 'pt' }))),
    says: /got “pt” and .* Only weights that “Export” wrote carry the architecture that they need\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'safetensors without their architecture',
    provoke: () => readTrainedWeights(named(told({ architecture: 'resnet18' }))),
    says: /its architecture as JSON in the metadata, got “resnet18”\. Export it again\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'safetensors that were cut off',
    provoke: () => readTrainedWeights(named(tensors.slice(0, -4))),
    says: /cannot be read: .* Choose a file that “Export” wrote, and copy it again if it is damaged\.$/,
    follow: () => readTrainedWeights(named(tensors)),
  },
  {
    fault: 'weights without one of their tensors',
    provoke: () => {
      const [, ...rest] = Object.entries(weights.tensors);
      return parseTrainedWeights(JSON.stringify({ ...weights, tensors: Object.fromEntries(rest) }));
    },
    says: /^These weights cannot be used: .* Choose a file that “Export” wrote/,
    follow: () => parseTrainedWeights(json),
  },
  {
    fault: 'wrapped and bare tensors in one file',
    provoke: () => {
      const [[name, tensor] = ['', null]] = Object.entries(weights.tensors);
      const both = { ...weights.tensors, [`module.${name}`]: tensor };
      return parseTrainedWeights(JSON.stringify({ ...weights, tensors: both }));
    },
    says: /name each tensor once, .* Save the state_dict of one model, the bare or the wrapped one\.$/,
    follow: () => {
      const wrapped = Object.entries(weights.tensors).map(([name, tensor]) => [`module.${name}`, tensor]);
      return parseTrainedWeights(JSON.stringify({ ...weights, tensors: Object.fromEntries(wrapped) }));
    },
  },
  {
    fault: 'a picture as a run set',
    provoke: () => parseRunSet('‰PNG'),
    says: /must be JSON, but this is not: .* Choose a file that “npm run sweep” or “Save the runs” wrote\.$/,
    follow: () => parseRunSet(runSet),
  },
  {
    fault: 'a sweep that is no JSON',
    provoke: () => parseSweepFile('budgets: [0.1]'),
    says: /must be JSON, but this is not: .* Start from datasets\/sweeps\/emoji10\.json\.$/,
    follow: () => parseSweepFile(sweep),
  },
  {
    fault: 'a setting of a sweep under a wrong name',
    provoke: () => parseSweepFile(sweepWith({ config: { widht: 8 } })),
    says: /must hold settings of a run \(.*\bwidth\b.*\), got widht\. Correct the name\.$/,
    follow: () => parseSweepFile(sweepWith({ config: { width: 8 } })),
  },
  {
    fault: 'a seed among the settings of a sweep',
    provoke: () => parseSweepFile(sweepWith({ config: { seed: 2 } })),
    says: /must leave budgets and seeds to the lists .*, got seed\. Move it there\.$/,
    follow: () => parseSweepFile(sweepWith({ seeds: [2] })),
  },
];

describe('the advice of a text cures what provoked it', () => {
  it.each(ADVICE)('$fault', advised);
});
