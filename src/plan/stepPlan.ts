import type { EngineSetup } from '../engine.ts';
import { fixedMacs, macsPerOpenChannel } from '../network/macs.ts';
import { imageBorder, planEncoder, planEncoderGradient } from './encoderPlan.ts';
import type { Gates } from './gatePlan.ts';
import { mapSize, quads } from './maps.ts';
import { type Memory, part, type Span } from './memory.ts';
import { type NarrowRunning, narrowRunning } from './narrowRunning.ts';
import type { Operations } from './operations.ts';
import { planProjector, planProjectorGradient } from './projectorPlan.ts';
import { imagesOf, type State, type StepContext } from './stepContext.ts';
import { STEP_WORDS } from './stepScalars.ts';
import type { PassRows } from './tasks/gateTasks.ts';
import { TERMS_FLOATS } from './tasks/lossTasks.ts';
import { planTerms } from './termsPlan.ts';
import { RECORD_WORDS } from './viewRecords.ts';
import { WeightsPlan } from './weightsPlan.ts';

/** Number of steps whose terms the ring holds before it overwrites the oldest. */
const RING_SLOTS = 64;

/** Where a step's inputs come from. */
export type StepInputs =
  /** Views are cut from the images by the engine; gate noise is drawn by seed. */
  | 'drawn'
  /** Views and noise are given, as golden vectors have them. */
  | 'given';

/** Everything that is fixed before the first step. */
export interface StepPlan<Recorded extends Operations = Operations> {
  /** Where the operations of the step were recorded. */
  readonly operations: Recorded;
  readonly weights: WeightsPlan;
  readonly state: State;
  /** The running statistics before the step. They are copied here before the first operation. */
  readonly runningBefore: Span;
  readonly narrowRunning: readonly NarrowRunning[];
  /** Written before every step. */
  readonly step: Span;
  /** Results of packViews, and of packBytes for the training images. Null if views are given. */
  readonly records: Span | null;
  readonly pixels: Span | null;
  /** The views as the network sees them, bordered [P·N, S, S, 3]. */
  readonly views: Span;
  /** Logistic noise per block, [P·N, C], if it is given. */
  readonly noise: readonly Span[];
  readonly ring: Span;
  readonly total: Span;
  /** Slopes of the gates per block, [P·N, C]. Empty if the network has no gates. */
  readonly gateSlopes: readonly Span[];
  /** Buffers that checks read. They keep their contents only if the memory keeps everything. */
  readonly probes: Probes;
  readonly context: StepContext;
  readonly border: number;
}

export interface Probes {
  readonly features: Span;
  readonly embedding: Span;
  readonly dFeatures: Span;
  readonly dEmbedding: Span;
  readonly logits: readonly Span[];
  readonly gates: readonly Span[];
  /** Per block, bordered. */
  readonly outputs: readonly Span[];
}

/** What a plan depends on beside the network. */
export interface PlanOptions {
  /** N */
  readonly batch: number;
  readonly inputs: StepInputs;
}

/** The setup without the values of its tensors. It decides every shape. */
export type PlannedSetup = Omit<EngineSetup, 'initial' | 'images'> & {
  readonly images: Pick<EngineSetup['images'], 'count' | 'size'>;
};

/** Says which rows of a batch are gated. The gated passes of every system are consecutive. */
function passRows({ system, network }: Pick<PlannedSetup, 'system' | 'network'>, batch: number): PassRows {
  const gated = system.passes.map(({ branch }) => network.spec.gated && branch === 'gated');
  const firstGated = Math.max(0, gated.indexOf(true));
  return {
    images: batch,
    passes: gated.length,
    firstGated,
    gatedPasses: gated.filter(Boolean).length,
  };
}

/**
 * Plans every buffer and, in order, every operation of a training step (method §3). It needs no device.
 * @throws Error for terms without kernels
 */
export function planStep<Recorded extends Operations>(
  setup: PlannedSetup,
  memory: Memory,
  operations: Recorded,
  options: PlanOptions,
): StepPlan<Recorded> {
  const { network, system } = setup;
  const weights = new WeightsPlan(network, operations.layout);
  const { sizes } = weights;
  const state: State = {
    parameters: memory.allocate('parameters', sizes.parameters),
    gradients: memory.allocate('gradients', sizes.parameters),
    momenta: memory.allocate('momenta', sizes.parameters),
    running: memory.allocate('running statistics', sizes.running),
  };
  const rows = passRows(setup, options.batch);
  const context: StepContext = {
    memory,
    operations,
    network,
    weights,
    state,
    rows,
    branches: system.passes.map(({ branch }) => branch),
    mode: 'training',
  };
  const step = memory.allocate('step', STEP_WORDS);
  const results = {
    ring: memory.allocate('terms', RING_SLOTS * TERMS_FLOATS),
    slots: RING_SLOTS,
    total: memory.allocate('total loss', 4),
    step,
  };
  const { ring, total } = results;
  const runningBefore = memory.allocate('running statistics before', sizes.running);

  operations.turnFilters({ parameters: state.parameters, filters: weights.turned });
  const { views, records, pixels } = planViews(setup, context, options.inputs);
  const gates = rows.gatedPasses > 0 ? planGates(setup, context, step, options.inputs) : null;
  const encoder = planEncoder(context, views, gates);
  const projector = planProjector(context, encoder.features);

  const cost = gates && planBudget(setup, context, gates, step);
  const dEmbedding = planTerms(setup, context, projector.embedding, {
    ...results,
    cost: cost?.terms ?? null,
  });

  const dFeatures = planProjectorGradient(context, projector, dEmbedding);
  const backward = gates && cost && { gates, coefficients: cost.coefficients };
  planEncoderGradient(context, encoder, dFeatures, backward);
  memory.give(dFeatures);
  if (options.inputs === 'drawn') memory.give(views);

  const { optimizer } = setup;
  operations.descend({ ...state, ...results, optimizer, tensors: weights.tensors(optimizer) });
  operations.haltRestore({ total, before: runningBefore, running: state.running });
  return {
    operations,
    weights,
    state,
    runningBefore,
    narrowRunning: narrowRunning(setup, weights),
    step,
    records,
    pixels,
    views,
    noise: gates && 'given' in gates.noise ? gates.noise.given : [],
    ring,
    total,
    gateSlopes: gates?.slopes ?? [],
    probes: {
      features: encoder.features,
      embedding: projector.embedding,
      dFeatures,
      dEmbedding,
      logits: gates?.logits ?? [],
      gates: gates?.gates ?? [],
      outputs: encoder.blocks.map(({ output: map }) => map),
    },
    context,
    border: imageBorder(context),
  };
}

function planViews(
  setup: PlannedSetup,
  context: StepContext,
  inputs: StepInputs,
): Pick<StepPlan, 'views' | 'records' | 'pixels'> {
  const { memory, operations } = context;
  const { size, count } = setup.images;
  const images = imagesOf(context);
  const border = imageBorder(context);
  const views = memory.take('views', mapSize({ images, height: size, width: size, channels: 3, border }));
  if (inputs === 'given') return { views, records: null, pixels: null };
  const records = memory.allocate('view records', images * RECORD_WORDS);
  const pixels = memory.allocate('training images', Math.ceil((count * size * size * 3) / 4));
  operations.views({
    images: pixels,
    records,
    y: views,
    size,
    border,
    views: images,
    normalisation: setup.trainingNormalisation,
  });
  return { views, records, pixels };
}

/** Puts the gates of all blocks into one buffer, because the budget counts them together. */
function planGates(setup: PlannedSetup, context: StepContext, step: Span, inputs: StepInputs): Gates {
  const { memory, network } = context;
  const images = imagesOf(context);
  const { offsets, floats } = gateOffsets(context);
  const each = (name: string) => {
    const all = memory.allocate(name, floats);
    return network.blocks.map(({ channels }, l) => part(all, offsets[l]!, images * 4 * quads(channels)));
  };
  return {
    gates: each('gates'),
    slopes: each('gate slopes'),
    logits: each('gate logits'),
    noise: inputs === 'drawn' ? { step } : { given: each('gate noise') },
    temperature: setup.objective.temperature,
  };
}

/**
 * Where each block's gates start in the buffer of all gates, in floats. The starts are aligned for bindings.
 */
function gateOffsets(context: StepContext): { offsets: number[]; floats: number } {
  const offsets: number[] = [];
  let floats = 0;
  for (const { channels } of context.network.blocks) {
    offsets.push(floats);
    floats += Math.ceil((imagesOf(context) * quads(channels)) / 16) * 64;
  }
  return { offsets, floats };
}

function planBudget(
  setup: PlannedSetup,
  context: StepContext,
  gates: Gates,
  step: Span,
): { terms: Span; coefficients: Span } {
  const { memory, network, rows, operations } = context;
  const { floats } = gateOffsets(context);
  const { buffer } = gates.gates[0]!;
  const entries = rows.gatedPasses * network.blocks.length;
  const terms = memory.allocate('budget terms', 4);
  const coefficients = memory.allocate('budget coefficients', 2 * entries);
  operations.budget({
    ...rows,
    gates: { buffer, offset: 0, size: 4 * floats },
    blocks: network.blocks.map((block, l) => ({
      gates: gates.gates[l]!,
      channels: block.channels,
      macsPerOpenChannel: macsPerOpenChannel(block),
    })),
    fixedMacs: fixedMacs(network),
    denseMacs: network.denseMacs,
    weights: setup.objective,
    share: setup.objective.gatedLoss === 'mean' ? 1 / rows.gatedPasses : 1,
    step,
    coefficients,
    terms,
  });
  return { terms, coefficients };
}
