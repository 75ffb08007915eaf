import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunFile } from '../run/files/runFile.ts';
import { runHere } from './command.fixture.ts';
import { main } from './evaluate/evaluateCommand.ts';
import { main as train } from './train/trainCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-evaluate-'));
const inFolder = (name: string) => join(folder, name);
const IMAGES = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];

const evaluate = (...args: string[]) => runHere(main, args);

const read = (name: string) => JSON.parse(readFileSync(inFolder(name), 'utf8'));

describe('npm run evaluate', () => {
  beforeAll(async () => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
    const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 2 --out'.split(' ');
    expect((await runHere(train, [...IMAGES, ...tiny, inFolder('run.json')])).code).toBe(0);
    writeFileSync(inFolder('weights.json'), JSON.stringify(read('run.json').weights));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('measures a run file, as the run itself was measured at its end', async () => {
    const out = ['--out', inFolder('evaluation.json')];
    const { code, output, errors } = await evaluate(inFolder('run.json'), ...IMAGES, ...out);
    expect([code, errors.includes('Error')]).toEqual([0, false]);
    expect(output).toMatch(/20-NN, cosine: gated [\d.]+ % ± [\d.]+ %, dense [\d.]+ % ± [\d.]+ %/);
    expect(output).toMatch(/classes by 20-NN, cosine:\n +class +images +gated +dense\n/);
    expect(output).toMatch(/spread +gated: effective rank [\d.]+ of 32/);
    const { final } = read('run.json');
    const found = read('evaluation.json');
    expect(found).toMatchObject({ format: 'dualgate-evaluation', version: 1, recorded: final });
    const scores = (id: string) => {
      const measure = found.measures.find((one: { id: string }) => one.id === id);
      return Object.fromEntries(
        measure.scores.map(({ branch, accuracy }: { branch: string; accuracy: number }) => [
          branch,
          accuracy,
        ]),
      );
    };
    expect(final.knn20).toMatchObject(scores('knn20-cosine'));
    expect(final.ridge).toMatchObject(scores('ridge'));
    expect(Object.keys(scores('linear'))).toEqual(['gated', 'dense']);
    const [{ classes }] = found.measures[0].scores;
    const tested = classes.reduce((sum: number, { images }: { images: number }) => sum + images, 0);
    expect(tested).toBe(10);
    expect(found.matryoshka[0].points).toHaveLength(6);
  });

  it('measures the run at other budgets, and keeps the table in a copy of the run', async () => {
    const files = ['--out', inFolder('dial.json'), '--save', inFolder('dialled.json')];
    const asked = [...IMAGES, '--budgets', '.9,.001', ...files];
    const { code, output } = await evaluate(inFolder('run.json'), ...asked);
    expect(code).toBe(0);
    expect(output).toMatch(/^0\.1 % +δ -[\d.]+ +[\d.]+ % +[\d.]+ % +[\d.]+ % ± [\d.]+ %/m);
    expect(output).toMatch(
      /caution: The dial cannot serve 0\.1 % of the MACs: the smallest δ that was tried spends more/,
    );
    const found = read('dial.json');
    expect(found).toMatchObject({ format: 'dualgate-evaluation', recorded: read('run.json').final });
    expect(found.dial).toMatchObject({ step: 2, images: 24, sample: { bank: 24, test: 10 } });
    const [least] = found.dial.points;
    expect(least).toMatchObject({ budget: 0.001, reach: 'smallest', setting: { kind: 'shift' } });
    const { dial, ...rest } = parseRunFile(readFileSync(inFolder('dialled.json'), 'utf8'));
    expect(dial).toEqual(found.dial);
    const { dial: before, ...run } = parseRunFile(readFileSync(inFolder('run.json'), 'utf8'));
    expect(before).toBeNull();
    expect(rest).toEqual(run);
    // A run that is there is not replaced, and weights alone have no run to write.
    expect((await evaluate(inFolder('run.json'), ...asked)).errors).toMatch(/--save must be a new file/);
    const alone = ['--budgets', '.5', '--save', inFolder('alone.json')];
    expect((await evaluate(inFolder('weights.json'), ...IMAGES, ...alone)).errors).toMatch(
      /--save must be given with a run file, got weights alone in .*weights.json\. Name the run’s file/,
    );
  });

  it('measures a weights file alike, and only what was asked for', async () => {
    const out = ['--measures', 'knn20', '--out', inFolder('knn.json')];
    const { code } = await evaluate(inFolder('weights.json'), ...IMAGES, ...out);
    expect(code).toBe(0);
    const found = read('knn.json');
    expect(found.measures).toHaveLength(1);
    expect(found.measures[0].scores).toEqual(read('evaluation.json').measures[1].scores);
    expect([found.config, found.recorded, found.spreads]).toEqual([null, null, []]);
  });

  it('evaluates masks beside the real gates', async () => {
    const out = ['--mask', 'frozen,random', '--out', inFolder('masks.json')];
    const { code, output } = await evaluate(inFolder('run.json'), ...IMAGES, ...out);
    expect(code).toBe(0);
    expect(output).toMatch(/Frozen top-K: [\d.]+ M MACs \(theoretical\), [\d.]+ % of dense/);
    const { masks } = read('masks.json');
    expect(masks.map(({ mask }: { mask: string }) => mask)).toEqual(['real', 'frozen', 'random']);
    expect(masks[0].scores[0].accuracy).toBe(read('run.json').final.knn20.gated);
  });

  it('times the network at a budget, and says with which shift', async () => {
    const out = ['--speed', '--budget', '.3', '--out', inFolder('speed.json')];
    const { code, output } = await evaluate(inFolder('run.json'), ...IMAGES, ...out);
    expect(code).toBe(0);
    expect(output).toMatch(/gates shifted by δ = -?[\d.]+\nform .*\ndense +[\d.]+ M +[\d.e+]+ ms/);
    expect(output).toMatch(
      /^conditional +[\d.]+ M +[\d.]+× +[\d.e+]+ ms +[\d.]+× +[\d.e+]+ images\/s +[\d.]+×$/m,
    );
    const { gateShift, report } = read('speed.json');
    expect(output).toContain(`δ = ${gateShift.toFixed(4)}`);
    expect(report).toMatchObject({ engine: 'wasm', width: 4, batch: 10 });
  });

  it('writes the sliced network as weights, and measures them; they cannot be masked again', async () => {
    const out = ['--slice', 'frozen', '--out', inFolder('light.json')];
    const { code } = await evaluate(inFolder('run.json'), ...IMAGES, ...out);
    expect(code).toBe(0);
    const { format, architecture, tensors } = read('light.json');
    expect(format).toBe('dualgate-weights');
    expect(tensors['backbone.layer4.1.conv2.weight'].shape).toEqual([32, architecture.inner[7], 3, 3]);
    const measured = ['--measures', 'knn20', '--out', inFolder('light-knn.json')];
    expect((await evaluate(inFolder('light.json'), ...IMAGES, ...measured)).code).toBe(0);
    const masks = read('masks.json').masks;
    const frozen = masks.find(({ mask }: { mask: string }) => mask === 'frozen');
    const found = read('light-knn.json');
    expect(found.measures[0].scores[0].accuracy).toBeCloseTo(frozen.scores[0].accuracy, 2);
    expect(found.branches[0].macs).toBeCloseTo(frozen.macs, 0);
    const again = await evaluate(inFolder('light.json'), ...IMAGES, '--mask', 'all');
    expect([again.code, again.errors]).toEqual([
      1,
      expect.stringContaining('Choose the file of the whole network'),
    ]);
  });

  it('says what is wrong with a file, and exits with 1', async () => {
    const { weights: _, ...bare } = read('run.json');
    writeFileSync(inFolder('bare.json'), JSON.stringify(bare));
    const missing = await evaluate(inFolder('none.json'));
    expect([missing.code, missing.output]).toEqual([1, '']);
    expect(missing.errors).toContain('RUN must be a run or weights file that can be read, got ENOENT');
    const without = await evaluate(inFolder('bare.json'), ...IMAGES);
    expect(without.code).toBe(1);
    expect(without.errors).toContain('This run was saved without weights');
  });

  it('answers wrong arguments with its usage and exit code 2', async () => {
    const { code, errors } = await evaluate();
    expect(code).toBe(2);
    expect(errors).toContain('usage: npm run evaluate -- RUN [--data emoji10|PATH…]');
  });
});
