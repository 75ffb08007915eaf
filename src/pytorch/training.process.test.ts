import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../config.ts';
import { RECIPES } from '../data/images/recipe.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages } from '../method/engine.fixture.ts';
import { deviation } from '../method/numbers.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { augmentBatch } from '../method/views/augment.ts';
import { gateDraws } from '../network/gateNoise.ts';
import { floatValues, readSafetensors, type SafeTensor, writeSafetensors } from '../network/safetensors.ts';
import { weightsFromSafetensors } from '../network/weightsTensors.ts';
import { hashedUniform } from '../random.ts';
import { boundWidthAt, learningRateAt } from '../session/course/annealing.ts';
import { Batches } from '../session/course/batches.ts';
import { FIRST_AIM } from '../session/course/exactBudget.ts';
import { TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import type { BundleRun } from './bundle.ts';
import {
  check,
  hasTorch,
  inFolder,
  livelyState,
  PATIENCE,
  python,
  readBytes,
  TORCH,
  torchrun,
  unpack,
  weightsWithParity,
} from './python.fixture.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const SIDE = 12;
const STEP = 3;

/** NHWC → NCHW. */
function channelsFirst(values: Float32Array, count: number, side: number): Float32Array {
  const turned = new Float32Array(values.length);
  const pixels = side * side;
  for (let n = 0; n < count; n++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < 3; c++) turned[(n * 3 + c) * pixels + p] = values[(n * pixels + p) * 3 + c]!;
  return turned;
}

function floats(shape: readonly number[], values: Float32Array): SafeTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** Does the second step on our engine, and writes the same step for Python into a folder. */
async function stepInBoth(folder: string, change: Partial<RunConfig>) {
  const config: RunConfig = { ...TINY, projector: 12, weightDecay: 0.01, ...change };
  const images = hashedImages(16, SIDE);
  const plain = engineSetup(config, images);
  const setup = { ...plain, initial: livelyState(plain) };
  const { network, system } = setup;
  const batches = new Batches(config, images);
  const inputOf = (step: number) => ({
    ...batches.draw(),
    learningRate: learningRateAt(config, step),
    boundWidth: boundWidthAt(config, step),
    aim: config.budget,
    termWeights: system.terms.map(({ weight }) => weight),
  });
  const engine = new TfjsEngine(setup);
  // A step before it leaves momenta.
  await engine.step(inputOf(STEP - 1));
  const before = await engine.state();
  const input = inputOf(STEP);
  const gradients = await engine.gradients(input);
  const terms = await engine.step(input);
  const after = await engine.state();
  engine.dispose();

  unpack(folder, await weightsWithParity({ ...setup, initial: before }, config), {
    config,
    recipe: 'cifar10',
    data: { name: 'noise', train: 16, size: SIDE },
    stepsDone: STEP,
    memory: { step: STEP, aim: FIRST_AIM, engine: before },
  });
  const { batch } = config;
  const tensors = new Map<string, SafeTensor>();
  for (const view of [0, 1] as const) {
    const values = augmentBatch(images, input.indices, input.views[view], RECIPES.cifar10.training);
    tensors.set(`view.${view}`, floats([batch, 3, SIDE, SIDE], channelsFirst(values, batch, SIDE)));
  }
  system.passes.forEach(({ branch, view }, pass) => {
    if (branch !== 'gated') return;
    gateDraws(network, batch, input.gateSeeds[view]).forEach((draws, block) => {
      tensors.set(`uniform.${pass}.${block}`, floats([batch, network.blocks[block]!.channels], draws));
    });
  });
  writeFileSync(join(folder, 'job.safetensors'), writeSafetensors({ metadata: new Map(), tensors }));
  const held = {
    learning_rate: input.learningRate,
    bound_width: input.boundWidth,
    aim: input.aim,
    weights: input.termWeights,
  };
  writeFileSync(join(folder, 'job.json'), JSON.stringify({ held }));
  return { terms, gradients, after };
}

/** The results of Python's step: losses, gradients and state under their names. */
function resultIn(folder: string) {
  const losses: Record<string, number> = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
  const { tensors } = readSafetensors(readBytes(folder, 'result.safetensors'));
  const values = new Map([...tensors].map(([name, tensor]) => [name, floatValues(name, tensor)]));
  return { losses, values };
}

/** Biases before a BatchNorm, and the last bias: their gradients are only rounding errors. */
const FLAT = /^projector\.(0|3|6)\.bias$/;

function worst(
  values: ReadonlyMap<string, Float32Array>,
  part: string,
  expected: Iterable<[string, Float32Array]>,
) {
  let most: readonly [number, string] = [0, 'none'];
  for (const [name, wanted] of expected) {
    if (part === 'gradient' && FLAT.test(name)) continue;
    const off = deviation(values.get(`${part}.${name}`) ?? [], wanted);
    if (off > most[0]) most = [off, name];
  }
  return most;
}

const SYSTEMS: readonly (readonly [string, Partial<RunConfig>])[] = [
  ['dual gating', {}],
  ['VICReg gated, SGD', { system: 'vicreg-gating', gatedLoss: 'mean', optimizer: 'sgd', weightDecay: 0.1 }],
  ['VICReg dense', { system: 'vicreg' }],
  [
    'SlimCLR, distilled',
    { system: 'slimmable', slimForm: 'slimclr', width: 8, slimObjective: 'contrastive' },
  ],
];

describe.skipIf(!hasTorch)(`the training step in Python (${TORCH})`, () => {
  it.each(SYSTEMS)(
    'of %s is our engine’s: losses, gradients, state after it',
    async (name, change) => {
      await inFolder(async (folder) => {
        const { terms, gradients, after } = await stepInBoth(folder, change);
        // The first system runs in two processes, whose shares add up to the whole batch.
        const { code, text } =
          name === 'dual gating'
            ? await torchrun([check('step_check.py'), folder], folder)
            : python([check('step_check.py'), folder], folder);
        expect(code, text).toBe(0);
        const { losses, values } = resultIn(folder);
        expect(Math.abs(losses.loss! / terms.loss - 1)).toBeLessThan(1e-5);
        if (terms.macRatio !== null) {
          expect(losses.macRatio).toBeCloseTo(terms.macRatio, 6);
          expect(losses.budgetLoss).toBeCloseTo(terms.budgetLoss, 5);
          expect(losses.boundLoss).toBeCloseTo(terms.boundLoss, 6);
        }
        expect(worst(values, 'gradient', gradients)[0], 'gradients').toBeLessThan(2e-3);
        expect(worst(values, 'after', after.parameters)[0], 'parameters').toBeLessThan(2e-4);
        expect(worst(values, 'after', after.buffers)[0], 'running statistics').toBeLessThan(1e-4);
      });
    },
    PATIENCE,
  );
});

const RUN: RunConfig = { ...TINY, stemPadding: 1, batch: 8, steps: 6 };

/** An export in a folder, from a run that has done all its steps, with 40 images of 32 pixels beside it. */
async function unpackEnded(folder: string, data: BundleRun['data'] = null): Promise<void> {
  const weights = await weightsWithParity(engineSetup(RUN, hashedImages(16, 32)), RUN);
  unpack(folder, weights, { config: RUN, recipe: 'cifar10', data, stepsDone: 6, memory: null });
  writeFileSync(join(folder, 'noise.bin'), records());
}

/** 40 records of CIFAR-10 with noise images. */
function records(): Uint8Array {
  return Uint8Array.from({ length: 40 * 3073 }, (_, i) => (i % 3073 === 0 ? 0 : 256 * hashedUniform(7, i)));
}

const TRAIN = ['dualgate_train.py', '--data', 'noise.bin'];

/** The configuration in a folder, changed as if it were from a later step. */
function otherStep(folder: string): string {
  const exported: { stepsDone: number } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  return JSON.stringify({ ...exported, stepsDone: exported.stepsDone + 1 });
}

type Line = { readonly step: number; readonly lr: number; readonly loss: number };
const logOf = (folder: string): Line[] =>
  readFileSync(join(folder, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.skipIf(!hasTorch)(`the training script (${TORCH})`, () => {
  it(
    'goes on with a run, on one process as on two, and resumes on another number; its weights come back',
    async () => {
      await inFolder(async (folder) => {
        const config: RunConfig = { ...TINY, stemPadding: 1, batch: 8, steps: 10, learningRate: 0.05 };
        const images = hashedImages(16, 32);
        const plain = engineSetup(config, images);
        // Biases that start at 0 would be only rounding after four steps.
        const setup = { ...plain, initial: livelyState(plain) };
        unpack(folder, await weightsWithParity(setup, config), {
          config,
          recipe: 'cifar10',
          data: null,
          stepsDone: 6,
          memory: { step: 6, aim: FIRST_AIM, engine: setup.initial },
        });
        writeFileSync(join(folder, 'noise.bin'), records());
        const alone = python([...TRAIN, '--out', 'alone'], folder);
        expect(alone.code, alone.text).toBe(0);
        expect(alone.text).toContain('steps 7 to 10 of 10');
        expect(alone.text).toContain("goes on with the run's momenta");
        writeFileSync(join(folder, 'other.json'), otherStep(folder));
        const odd = python([...TRAIN, '--config', 'other.json', '--out', 'odd'], folder);
        expect(odd.code).toBe(1);
        expect(odd.text).toContain('momenta.safetensors must be of step 7, as the weights are, got 6.');
        const together = await torchrun([...TRAIN, '--out', 'two', '--stop-after', '2'], folder);
        expect(together.code, together.text).toBe(0);
        const resumed = python([...TRAIN, '--out', 'two', '--resume'], folder);
        expect(resumed.code, resumed.text).toBe(0);
        expect(resumed.text).toContain('steps 9 to 10 of 10');

        const [one, two] = [logOf(join(folder, 'alone')), logOf(join(folder, 'two'))];
        expect(one.map(({ step }) => step)).toEqual([6, 7, 8, 9]);
        expect(two.map(({ step }) => step)).toEqual([6, 7, 8, 9]);
        one.forEach(({ step, lr, loss }, i) => {
          expect(lr).toBeCloseTo(learningRateAt(config, step), 12);
          expect(Math.abs(two[i]!.loss / loss - 1)).toBeLessThan(1e-4);
        });
        const weights = ['alone', 'two'].map((out) =>
          weightsFromSafetensors(readBytes(join(folder, out), 'weights.safetensors')),
        );
        const [first, second] = weights.map(({ tensors }) => new Map(Object.entries(tensors)));
        const before = await weightsWithParity(setup, config);
        expect([...first!.keys()].toSorted()).toEqual(Object.keys(before.tensors).toSorted());
        expect(weights[0]!.architecture).toEqual(before.architecture);
        const floatsOf = ({ data }: { readonly data: string }) =>
          new Float32Array(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
        for (const [name, tensor] of first!) {
          if (FLAT.test(name)) continue;
          expect(deviation(floatsOf(second!.get(name)!), floatsOf(tensor)), name).toBeLessThan(1e-3);
        }
        // Our engine reads them, and gives the features that Python wrote beside them.
        const engine = new TfjsEngine(setup);
        const values = new Map([...second!].map(([name, tensor]) => [name, floatsOf(tensor)]));
        await engine.load({ parameters: values, buffers: values, momenta: setup.initial.momenta });
        const { features, images: shown } = weights[1]!.parity!;
        const size = 32;
        const pixels = Uint8Array.from(atob(shown.data), (c) => c.charCodeAt(0));
        for (const branch of ['gated', 'dense'] as const) {
          const encoded = await engine.encode({ count: 16, size, pixels }, 0, 16, branch);
          expect(deviation(encoded.features, floatsOf(features[branch]!)), branch).toBeLessThan(1e-4);
        }
        engine.dispose();
        expect(existsSync(join(folder, 'two/checkpoint.pt.part'))).toBe(false);
      });
    },
    PATIENCE,
  );

  it(
    'says what keeps it from training, and trains nothing',
    async () => {
      await inFolder(async (folder) => {
        await unpackEnded(folder);
        writeFileSync(join(folder, 'cut.bin'), records().subarray(0, 5000));
        const ended = python(TRAIN, folder);
        expect(ended.code).toBe(1);
        expect(ended.text).toContain('has taken all of its 6 steps');
        const cut = python(['dualgate_train.py', '--format', 'cifar10', '--data', 'cut.bin'], folder);
        expect(cut.code).toBe(1);
        expect(cut.text).toContain('records of 3073 bytes, the file has 5000');
        const twice = python([...TRAIN, '--preset', 'paper', '--steps', '5'], folder);
        expect(twice.code).toBe(1);
        expect(twice.text).toMatch(/500 epochs .* takes no --steps.*--stop-after N/);
        const none = python([...TRAIN, '--batch', '0'], folder);
        expect(none.code).toBe(2);
        expect(none.text).toContain('must be a whole number from 2 up, got 0');
        expect(existsSync(join(folder, 'run'))).toBe(false);
      });
    },
    PATIENCE,
  );

  it(
    'resumes by the checkpoint alone: its course, its side, its batch',
    async () => {
      await inFolder(async (folder) => {
        await unpackEnded(folder);
        const begin = (...args: string[]) => [...TRAIN, '--stop-after', '1', ...args];
        const resume = (out: string) => [...TRAIN, '--resume', '--out', out];
        const said = (args: readonly string[]) => {
          const { code, text } = python(args, folder);
          expect(code, text).toBe(0);
          return text;
        };
        said(begin('--out', 'longer', '--steps', '3', '--side', '20'));
        expect(said(resume('longer'))).toMatch(/40 images of 20 pixels.* steps 2 to 3 of 3/);
        said(begin('--out', 'fresh', '--steps', '2', '--side', '16', '--from-scratch', '--batch', '9'));
        const shared = await torchrun(resume('fresh'), folder);
        expect(shared.code).not.toBe(0);
        expect(shared.text).toContain('A batch of 9 cannot be shared among 2 processes. Resume on fewer');
        expect(shared.text).not.toContain('Say another');
        expect(said(resume('fresh'))).toMatch(/40 images of 16 pixels, batch 9 .* steps 2 to 2 of 2/);
        const fresh = weightsFromSafetensors(readBytes(join(folder, 'fresh'), 'weights.safetensors'));
        expect(fresh.architecture).toMatchObject({ input: 16, width: 4 });
        const paper = ['--preset', 'paper', '--batch', '8', '--limit', '17'];
        expect(said(begin('--out', 'paper', '--side', '8', ...paper))).toMatch(
          /17 images of 8 pixels.* steps 1 to 1 of 1000/,
        );
        const further = said([...resume('paper'), '--limit', '17', '--stop-after', '1']);
        expect(further).toMatch(/17 images of 8 pixels.* steps 2 to 2 of 1000/);
        expect(logOf(join(folder, 'paper')).map(({ step }) => step)).toEqual([0, 1]);
        expect(further).not.toContain('Processes so far');
        const onTwo = await torchrun([...resume('paper'), '--limit', '17', '--stop-after', '1'], folder);
        expect(onTwo.code, onTwo.text).toBe(0);
        expect(onTwo.text).toContain('Processes so far: 1, now: 2.');

        const ended = python(resume('longer'), folder);
        expect(ended.code).toBe(1);
        expect(ended.text).toContain('The run in longer has taken all of its 3 steps.');
        const other = ['--steps', '3', '--batch', '4', '--recipe', 'stl10', '--from-scratch', '--side', '8'];
        const refused = python([...resume('paper'), ...other, '--preset', 'paper'], folder);
        expect(refused.code).toBe(1);
        for (const option of other.filter((word) => word.startsWith('--')).concat('--preset'))
          expect(refused.text).toContain(option);
        expect(refused.text).toContain('--resume goes on as the checkpoint says');
      });
    },
    PATIENCE,
  );

  it(
    'says where there are other images than the run had, and takes the first of them',
    async () => {
      await inFolder(async (folder) => {
        await unpackEnded(folder, { name: 'noise', train: 24, size: 16 });
        const anew = [...TRAIN, '--from-scratch', '--steps', '1'];
        const all = python(anew, folder);
        expect(all.code, all.text).toBe(0);
        expect(all.text).toContain('The run was on 24 images, here are 40: --limit N takes the first N.');
        // Binary records keep their own side; the run's was 16.
        expect(all.text).toContain('40 images of 32 pixels');
        const some = python([...anew, '--limit', '24'], folder);
        expect(some.code, some.text).toBe(0);
        expect(some.text).toContain('24 images of 32 pixels');
        expect(some.text).not.toContain('The run was on');
      });
    },
    PATIENCE,
  );

  it(
    'takes the device that was asked for, and says when there are too few',
    async () => {
      await inFolder(async (folder) => {
        await unpackEnded(folder);
        // It pretends that this machine has so many GPUs, and that this is its second process.
        const onMachine = (gpus: number, ...args: string[]) =>
          python(
            [
              '-c',
              'import os, sys, torch; gpus = int(sys.argv[1]); os.environ["LOCAL_RANK"] = "1"; ' +
                'torch.cuda.is_available = lambda: gpus > 0; torch.cuda.device_count = lambda: gpus; ' +
                'import dualgate_train; sys.exit(dualgate_train.main(sys.argv[2:]))',
              String(gpus),
              ...TRAIN.slice(1),
              ...args,
            ],
            folder,
          );
        const few = onMachine(1);
        expect(few.code).toBe(1);
        expect(few.text).toContain('process 2 finds 1 on this machine. Use fewer processes');
        expect(few.text).toContain('--device cpu');
        const none = onMachine(0, '--device', 'cuda');
        expect(none.code).toBe(1);
        expect(none.text).toContain('PyTorch finds no GPU on this machine. Say --device cpu.');
        for (const { text } of [few, none]) expect(text).not.toContain('Traceback');
        const cpu = onMachine(1, '--device', 'cpu', '--steps', '1');
        expect(cpu.code, cpu.text).toBe(0);
        expect(cpu.text).toContain('on 1 x cpu');
      });
    },
    PATIENCE,
  );
});
