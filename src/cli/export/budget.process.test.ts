import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { independentFeatures } from '../../../e2e/independentForward.ts';
import { makeRecords } from '../../data/formats/records.fixture.ts';
import { deviation } from '../../method/numbers.fixture.ts';
import { tensorValues } from '../../network/weights.ts';
import { hasTorch, PATIENCE, python, TORCH } from '../../pytorch/python.fixture.ts';
import { parseTrainedWeights } from '../../run/files/weightsText.ts';
import { runHere } from '../command.fixture.ts';
import { main as evaluate } from '../evaluate/evaluateCommand.ts';
import { main as train } from '../train/trainCommand.ts';
import { main } from './exportCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-export-budget-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Holds the folders of two exports to one file: of one budget, and of all budgets that were calibrated. */
const CHECK = `
import sys
sys.path.insert(0, "at")
import torch
from dualgate_model import BLOCKS, load, read_weights

wanted = read_weights("at.json").parity
expected = wanted["parity.features.gated"]
for name in ("at.json", "at.safetensors", "at/weights.safetensors", "all/weights.safetensors"):
    model, file = load(name)
    if name.startswith("all"):
        model.set_budget(0.4)
    with torch.no_grad():
        features, gates = model.gated(file.normalise(wanted["parity.images"]))
    assert float((features - expected).abs().max() / expected.abs().max()) <= 1e-5, name
    for block, gate in zip(BLOCKS, gates):
        assert torch.equal(gate.bool(), wanted[f"parity.gates.{block}"].bool()), (name, block)
print("agreed")
`;

it.skipIf(!hasTorch)(
  `all forms of a network at a budget have the same gates and features: JSON, safetensors, the folder for PyTorch, and a table's budget there (${TORCH})`,
  async () => {
    writeFileSync(inFolder('train.bin'), makeRecords(40));
    writeFileSync(inFolder('test.bin'), makeRecords(20, 3));
    const images = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];
    const ended = async (command: typeof main, ...args: string[]) =>
      expect(await runHere(command, args)).toMatchObject({ code: 0 });
    const run = inFolder('run.json');
    const tiny = '--width 8 --batch 8 --projector 8 --min-bottleneck 12 --engine wasm --steps 4'.split(' ');
    await ended(train, ...images, ...tiny, '--out', run);
    await ended(evaluate, run, ...images, '--budgets', '.4,.7', '--save', inFolder('dialled.json'));
    const at = [run, ...images, '--budget', '.4'];
    await ended(main, ...at, '--pytorch', inFolder('at'), '--out', inFolder('at.safetensors'));
    await ended(main, ...at, '--out', inFolder('at.json'));
    await ended(main, inFolder('dialled.json'), '--pytorch', inFolder('all'));
    const { weights } = parseTrainedWeights(readFileSync(inFolder('at.json'), 'utf8'));
    expect(weights.architecture.gateShift).not.toBe(0);
    // Plain loops in float64 give the file's features too.
    const features = independentFeatures({ ...weights, parity: weights.parity! }, 'gated');
    const expected = tensorValues(weights.parity!.features.gated!);
    expect(
      deviation(
        features.flatMap((row) => [...row]),
        expected,
      ),
    ).toBeLessThan(1e-5);
    writeFileSync(inFolder('check.py'), CHECK);
    expect(python(['check.py'], folder)).toEqual({ code: 0, text: 'agreed\n' });
  },
  PATIENCE,
);
