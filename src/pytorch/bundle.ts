import type { RunConfig } from '../config.ts';
import { RECIPES, type RecipeId } from '../data/images/recipe.ts';
import { systemOf } from '../network/fromConfig.ts';
import { writeSafetensors } from '../network/safetensors.ts';
import type { WeightsFile } from '../network/weights.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';

/** The Python files as text, by name. */
export type PythonSources = Readonly<
  Record<'dualgate_model.py' | 'dualgate_views.py' | 'dualgate_step.py' | 'dualgate_train.py', string>
>;

/** File contents by name. */
export type BundleFiles = ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>;

/** What training must remember beside its weights. A checkpoint of the page has this form. */
export interface TrainingMemory {
  /** Steps that were done at that moment. */
  readonly step: number;
  /** The state of an exact budget. */
  readonly aim: {
    readonly gap: number | null;
    readonly correction: number;
    readonly noisy: number | null;
    readonly looked: number | null;
  };
  /** The optimiser's momenta, under the parameters' PyTorch names and in PyTorch's layouts. */
  readonly engine: { readonly momenta: ReadonlyMap<string, Float32Array> };
}

/** The run that is exported. */
export interface BundleRun {
  /** The configuration, with the budget that the run had last. */
  readonly config: RunConfig;
  readonly recipe: RecipeId;
  /** Name and number of the training images; null if they were not recorded. */
  readonly data: { readonly name: string; readonly train: number; readonly size: number } | null;
  /** Number of steps that made these weights. */
  readonly stepsDone: number;
  /** It is exported if it is from the same step as the weights; null if it is unknown. */
  readonly memory: TrainingMemory | null;
}

/**
 * What the training script (dualgate_train.py) reads: the run, its system as data, and how its images are
 * treated.
 */
export interface PytorchConfig {
  readonly format: 'dualgate-pytorch';
  readonly version: 1;
  readonly config: RunConfig;
  readonly system: Pick<ReturnType<typeof systemOf>, 'passes' | 'terms' | 'branches'>;
  readonly recipe: Pick<(typeof RECIPES)[RecipeId], 'id' | 'training' | 'evaluation' | 'blur'>;
  readonly data: BundleRun['data'];
  readonly stepsDone: number;
  /** If it is there, momenta.safetensors lies beside it; null: training continues with momenta of 0. */
  readonly memory: Pick<TrainingMemory, 'aim'> | null;
}

/**
 * All files of an export to PyTorch: network and parity check, and for a run the training script with its
 * configuration. What differs between runs goes into JSON and safetensors, and the Python is the same for
 * all.
 * @param run null for weights without their run: these can be used, but not trained further
 */
export function pytorchFiles(
  sources: PythonSources,
  weights: WeightsFile,
  run: BundleRun | null,
): BundleFiles {
  const files = new Map<string, string | Uint8Array<ArrayBuffer>>();
  files.set('README.txt', readme(weights, run));
  files.set('dualgate_model.py', sources['dualgate_model.py']);
  if (run !== null) {
    files.set('dualgate_views.py', sources['dualgate_views.py']);
    files.set('dualgate_step.py', sources['dualgate_step.py']);
    files.set('dualgate_train.py', sources['dualgate_train.py']);
    files.set('config.json', `${JSON.stringify(pytorchConfig(run), null, 2)}\n`);
  }
  files.set('weights.safetensors', weightsToSafetensors(weights));
  const memory = run && memoryOf(run);
  if (memory) files.set('momenta.safetensors', momentaFile(weights, memory));
  return files;
}

/** Whether the run has started and not ended. */
function goesOn({ stepsDone, config }: BundleRun): boolean {
  return stepsDone > 0 && stepsDone < config.steps;
}

/** The memory with which training continues: that of the step that made these weights. */
function memoryOf(run: BundleRun): TrainingMemory | null {
  return goesOn(run) && run.memory?.step === run.stepsDone ? run.memory : null;
}

function momentaFile({ tensors }: WeightsFile, { step, engine }: TrainingMemory): Uint8Array<ArrayBuffer> {
  const named = [...engine.momenta].map(([name, { buffer, byteOffset, byteLength }]) => {
    const { shape } = tensors[name]!;
    return [name, { dtype: 'F32', shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) }] as const;
  });
  const metadata = new Map([
    ['format', 'dualgate-momenta'],
    ['step', String(step)],
  ]);
  return writeSafetensors({ metadata, tensors: new Map(named) });
}

export function pytorchConfig(run: BundleRun): PytorchConfig {
  const { config, recipe, data, stepsDone } = run;
  const memory = memoryOf(run);
  const { passes, terms, branches } = systemOf(config);
  const { id, training, evaluation, blur } = RECIPES[recipe];
  return {
    format: 'dualgate-pytorch',
    version: 1,
    config,
    system: { passes, terms, branches },
    recipe: { id, training, evaluation, blur },
    data,
    stepsDone,
    memory: memory && { aim: memory.aim },
  };
}

const USE = `Use
---
Python 3.8 or later with PyTorch 1.13 or later; nothing else.

    python dualgate_model.py weights.safetensors

encodes the images that travel with the weights and compares the features, and the gates where there are some, with
those that DualGate computed. It ends with exit code 1 when they differ by more than 1e-4 of the largest feature.

    from dualgate_model import load
    model, file = load("weights.safetensors")
    features = model.dense(file.normalise(images))         # images: uint8 [N, side, side, 3]
    features, gates = model.gated(file.normalise(images))  # gates: one [N, channels] per block, 1 = open
    model.set_budget(0.2)  # where file.budgets has it: gates of that share of the multiply-adds; None: as trained
`;

const TRAIN = `Train
-----
    python dualgate_train.py --data cifar-10-batches-bin --out run
    torchrun --nproc_per_node=8 dualgate_train.py --data cifar-10-batches-bin --out run

goes on where this run stood, on one process or many, on GPUs (one for each process) or with --device cpu. N processes
compute what one would with the whole batch: BatchNorm statistics, loss and gate noise are the whole batch's (SyncBN, in
plain code, so that it works on CPUs as well). --data takes the binaries of CIFAR-10, CIFAR-100 and STL-10, DualGate's
own folder emoji10, or folders of pictures (these need Pillow). Images are scaled to the run's side, or to --side N pixels;
--limit N takes the first N, of folders in turn, for a run that was on fewer than there are.
A run that has taken all its steps needs --steps N, a new course of N steps from its weights, or --from-scratch.
--stop-after N takes N steps of the course; --resume, with the same --data and --limit, goes on from run/checkpoint.pt,
on any number of processes that divides the batch. run/weights.safetensors can be opened in DualGate.
Debian's python3-torch 1.13 on Python 3.11 needs "torchrun --redirects=1 --tee=1"; its torchrun fails without.

    torchrun --nproc_per_node=2 dualgate_train.py --data cifar-10-batches-bin --out paper --preset paper

trains from scratch with the hyper-parameters of Krishna et al. (BMVC 2023): width 64, projector 2048, 500 epochs with
a schedule per epoch, 256 images per process, learning rate .3 x batch / 256, and a loss per process whose gradients
are averaged. It takes no --steps; --batch N is all processes' together. Binaries keep their side unless --side says
another. The authors used half-precision arithmetic; this script does not.

What a continued run does not take along: the places of DualGate's random streams. The order, crops and gate noise are
others, drawn from the same distributions.
Views are made as Pillow makes them but for rounding, and for blur, which is a true Gaussian here.
`;

const REMEMBERED = `The optimiser's momenta, and what an exact budget has learnt, come along (momenta.safetensors, config.json).`;
const FORGOTTEN = `The optimiser's momenta, and what an exact budget has learnt, were not kept with these weights: training on begins with
momenta of 0, which are there again after some ten steps.`;

function shiftText(shift: number): string {
  return `It is at one budget: gates open where their logit + ${shift} is not negative, and not where the logit alone is.`;
}

/** A plain text. Nothing in it is copied from a file. */
function readme({ architecture }: WeightsFile, run: BundleRun | null): string {
  const gates = architecture.gated ? 'with gates' : 'without gates';
  const network = [
    `A ResNet-18 of width ${architecture.width} for images of ${architecture.input} pixels, ${gates}, from DualGate.`,
    ...(architecture.gateShift ? [shiftText(architecture.gateShift)] : []),
  ].join('\n');
  if (run === null) return `${network}\n\n${USE}`;
  const { stepsDone, config } = run;
  const course = `${stepsDone} of ${config.steps} steps were taken, at batch ${config.batch}.`;
  const memory = goesOn(run) ? `${memoryOf(run) ? REMEMBERED : FORGOTTEN}\n` : '';
  return `${network}\n${course}\n${memory}\n${USE}\n${TRAIN}`;
}
