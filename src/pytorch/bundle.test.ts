import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import { expect, it } from 'vitest';
import { hashedImages } from '../method/engine.fixture.ts';
import { readSafetensors } from '../network/safetensors.ts';
import { TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import { weightsOf } from '../session/weightsFile.ts';
import { type BundleRun, pytorchFiles } from './bundle.ts';
import { pytorchZip } from './pytorchZip.ts';
import { SOURCES } from './sources.ts';

const { network, initial } = engineSetup(TINY, hashedImages(8, 12));
const weights = weightsOf(initial, network, TINY, 'cifar100');
// A data set's name is the user's. Whatever it contains, it must stay text.
const HOSTILE = '"""\n__import__("os").system("true") ../../x %s {0}';
const run: BundleRun = {
  config: { ...TINY, budget: 0.42 },
  recipe: 'cifar100',
  data: { name: HOSTILE, train: 8, size: 12 },
  stepsDone: 5,
  memory: null,
};

it('lays a run out as files: the same Python for all, the run’s own as JSON and tensors', () => {
  const files = pytorchFiles(SOURCES, weights, run);
  expect([...files.keys()]).toEqual([
    'README.txt',
    'dualgate_model.py',
    'dualgate_views.py',
    'dualgate_step.py',
    'dualgate_train.py',
    'config.json',
    'weights.safetensors',
  ]);
  for (const name of ['dualgate_model.py', 'dualgate_views.py', 'dualgate_train.py'] as const)
    expect(files.get(name)).toBe(SOURCES[name]);
  expect(files.get('README.txt')).not.toContain('__import__');
  expect(files.get('README.txt')).toContain('5 of 6 steps');
  const config = JSON.parse(String(files.get('config.json')));
  expect(config).toMatchObject({
    format: 'dualgate-pytorch',
    version: 1,
    config: { budget: 0.42, system: 'dual-gating' },
    system: { passes: [{ branch: 'gated' }, { branch: 'dense' }] },
    recipe: { id: 'cifar100', blur: [0, 0.2] },
    data: { name: HOSTILE },
    stepsDone: 5,
  });
});

it('names options in its README that the training script has', () => {
  const readme = String(pytorchFiles(SOURCES, weights, run).get('README.txt'));
  const options = new Set(readme.match(/(?<![\w-])--[a-z][\w-]*/g));
  for (const torchruns of ['--nproc_per_node', '--redirects', '--tee']) options.delete(torchruns);
  for (const needed of ['--side', '--limit', '--device', '--stop-after', '--resume', '--preset'])
    expect(options).toContain(needed);
  for (const option of options)
    expect(SOURCES['dualgate_train.py']).toContain(`parser.add_argument("${option}"`);
});

it('takes along what training remembers, where it is of the step that the weights are of', () => {
  const aim = { gap: 0.1, correction: -0.2, noisy: 0.3, looked: 0 };
  const { momenta } = initial;
  const files = pytorchFiles(SOURCES, weights, { ...run, memory: { step: 5, aim, engine: initial } });
  expect(JSON.parse(String(files.get('config.json'))).memory).toEqual({ aim });
  const { metadata, tensors } = readSafetensors(files.get('momenta.safetensors') as Uint8Array);
  expect(metadata.get('step')).toBe('5');
  expect([...tensors.keys()].toSorted()).toEqual([...momenta.keys()].toSorted());
  for (const [name, { shape }] of tensors) expect(shape, name).toEqual(weights.tensors[name]!.shape);
  expect(files.get('README.txt')).toMatch(/momenta.* come along/);

  const late = pytorchFiles(SOURCES, weights, { ...run, memory: { step: 4, aim, engine: initial } });
  expect([...late.keys()]).not.toContain('momenta.safetensors');
  expect(JSON.parse(String(late.get('config.json'))).memory).toBeNull();
  expect(late.get('README.txt')).toMatch(/momenta of 0/);

  const atEnd = { ...run, stepsDone: 6, memory: { step: 6, aim, engine: initial } };
  const ended = pytorchFiles(SOURCES, weights, atEnd);
  expect([...ended.keys()]).not.toContain('momenta.safetensors');
  expect(ended.get('README.txt')).not.toMatch(/momenta of 0|come along/);
});

it('gives weights that come alone no training script', () => {
  const files = pytorchFiles(SOURCES, weights, null);
  expect([...files.keys()]).toEqual(['README.txt', 'dualgate_model.py', 'weights.safetensors']);
  expect(files.get('README.txt')).not.toContain('torchrun');
});

it('packs them into one folder of a zip, whose texts come out as they went in', async () => {
  const zip = new ZipReader(new BlobReader(await pytorchZip(weights, run, 'dualgate-pytorch')), {
    useWebWorkers: false,
  });
  const entries = await zip.getEntries();
  const files = pytorchFiles(SOURCES, weights, run);
  expect(entries.map(({ filename }) => filename)).toEqual(
    [...files.keys()].map((name) => `dualgate-pytorch/${name}`),
  );
  for (const entry of entries) {
    const content = files.get(entry.filename.slice('dualgate-pytorch/'.length))!;
    expect(entry.uncompressedSize).toBe(new Blob([content]).size);
    if (typeof content === 'string' && !entry.directory)
      expect(await entry.getData(new TextWriter())).toBe(content);
  }
  await zip.close();
});
