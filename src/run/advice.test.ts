import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { type Advice, advised } from '../advice.fixture.ts';
import { readSafetensors, writeSafetensors } from '../network/safetensors.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { EMPTY_RECORD } from './record.ts';
import { parseRunFile, runFileOf } from './runFile.ts';
import { parseRunSet } from './runSetFile.ts';
import { gzipOf, textOf } from './runText.ts';
import { parseSweepFile } from './sweepFile.ts';
import { parseTrainedWeights, readTrainedWeights } from './weightsText.ts';

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
    follow: () =>
      parseRunSet(
        JSON.stringify({
          format: 'dualgate-runs',
          version: 1,
          recordedOn: '2026-01-01T00:00:00.000Z',
          engine: 'wasm',
          runs: [],
        }),
      ),
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
