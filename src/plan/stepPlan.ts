import type { EngineSetup } from '../engine.ts';
import { fixedMacs, macsPerOpenChannel } from '../network/macs.ts';
import { turnFilters, turnTables } from '../webgpu/kernels/convolution/convolutionGradients.ts';
import type { Tuning } from '../webgpu/kernels/convolution/tuning.ts';
import { budgetDispatches } from '../webgpu/kernels/gate/budget.ts';
import type { PassRows } from '../webgpu/kernels/gate/gateSample.ts';
import type { Dispatch } from '../webgpu/kernels/kernel.ts';
import { mapSize } from '../webgpu/kernels/layout.ts';
import { stepTerms, TERMS_FLOATS, TERMS_QUADS } from '../webgpu/kernels/loss/stepTerms.ts';
import { descendDispatches, descendScratch, descendTable } from '../webgpu/kernels/optimizer/descend.ts';
import { haltRestore } from '../webgpu/kernels/optimizer/haltRestore.ts';
import { viewScratch, viewsDispatches } from '../webgpu/kernels/views/views.ts';
import { imageBorder, planEncoder, planEncoderGradient } from './encoderPlan.ts';
import type { Gates } from './gatePlan.ts';
import { type Memory, part, type Span } from './memory.ts';
import { type NarrowRunning, narrowRunning } from './narrowRunning.ts';
import { planProjector, planProjectorGradient } from './projectorPlan.ts';
import { imagesOf, type State, type StepContext } from './stepContext.ts';
import { STEP_WORDS } from './stepScalars.ts';
import { planTerms } from './termsPlan.ts';
import { RECORD_WORDS } from './viewRecords.ts';
import { viewTables } from './viewTables.ts';
import { WeightsPlan } from './weightsPlan.ts';

/** Number of steps whose terms the ring holds before it overwrites the oldest. */
const RING_SLOTS = 64;

/** Where a step's inputs come from. */
export type StepInputs =
  /** Views are cut from the images on the GPU; gate noise is drawn by seed. */
  | 'drawn'
  /** Views and noise are given, as golden vectors have them. */
  | 'given';

/** A buffer and what it holds from the start. */
interface Upload {
  readonly span: Span;
  readonly data: ArrayBufferView<ArrayBuffer>;
}

/** Everything that is fixed before the first step. */
export interface StepPlan {
  readonly weights: WeightsPlan;
  readonly state: State;
  /** The running statistics before the step. They are copied here before the first dispatch. */
  readonly runningBefore: Span;
  readonly narrowRunning: readonly NarrowRunning[];
  readonly dispatches: readonly Dispatch[];
  readonly uploads: readonly Upload[];
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
  readonly tuning: Tuning;
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
 * Plans every buffer and, in order, every dispatch of a training step (method §3). It needs no device.
 * @throws Error for terms without kernels here
 */
export function planStep(setup: PlannedSetup, memory: Memory, options: PlanOptions): StepPlan {
  const { network, system } = setup;
  const weights = new WeightsPlan(network);
  const { sizes } = weights;
  const state: State = {
    parameters: memory.allocate('parameters', sizes.parameters),
    gradients: memory.allocate('gradients', sizes.parameters),
    momenta: memory.allocate('momenta', sizes.parameters),
    running: memory.allocate('running statistics', sizes.running),
    turned: memory.allocate('turned filters', sizes.turned),
  };
  const dispatches: Dispatch[] = [];
  const uploads: Upload[] = [];
  const record = (...more: Dispatch[]) => void dispatches.push(...more);
  const rows = passRows(setup, options.batch);
  const context: StepContext = {
    memory,
    record,
    network,
    weights,
    state,
    tuning: options.tuning,
    rows,
    branches: system.passes.map(({ branch }) => branch),
    mode: 'training',
  };
  const upload = (name: string, data: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): Span => {
    const span = memory.allocate(name, data.length);
    uploads.push({ span, data });
    return span;
  };
  const step = memory.allocate('step', STEP_WORDS);
  const ring = memory.allocate('terms', RING_SLOTS * TERMS_FLOATS);
  const total = memory.allocate('total loss', 4);
  const runningBefore = memory.allocate('running statistics before', sizes.running);

  const tables = turnTables([...weights.turned.values()]);
  record(
    turnFilters({
      parameters: state.parameters,
      turned: state.turned,
      filters: upload('filters', tables.filters),
      work: upload('turning', tables.work),
      workgroups: tables.work.length / 2,
    }),
  );
  const { views, records, pixels } = planViews(setup, context, options.inputs, upload);
  const gates = rows.gatedPasses > 0 ? planGates(setup, context, step, options.inputs) : null;
  const encoder = planEncoder(context, views, gates);
  const projector = planProjector(context, encoder.features);

  const { dEmbedding, ...terms } = planTerms(setup, context, projector.embedding, step);
  const cost = gates && planBudget(setup, context, gates, step);
  record(stepTerms({ ...terms, cost: cost?.terms ?? null, ring, slots: RING_SLOTS, total, step }));

  const dFeatures = planProjectorGradient(context, projector, dEmbedding);
  const backward = gates && cost && { gates, coefficients: cost.coefficients };
  planEncoderGradient(context, encoder, dFeatures, backward);
  memory.give(dFeatures);
  if (options.inputs === 'drawn') memory.give(views);

  const tensors = weights.tensors(setup.optimizer.weightDecay);
  record(
    ...descendDispatches({
      ...state,
      tensors,
      optimizer: setup.optimizer,
      table: upload('tensors', descendTable(tensors)),
      scratch: memory.allocate('norms', descendScratch(tensors)),
      step,
      total,
      norms: { ring, slots: RING_SLOTS, quads: TERMS_QUADS },
    }),
    haltRestore({ total, before: runningBefore, running: state.running }),
  );
  return {
    weights,
    state,
    runningBefore,
    narrowRunning: narrowRunning(setup, weights),
    dispatches,
    uploads,
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
  upload: (name: string, data: Int32Array<ArrayBuffer>) => Span,
): Pick<StepPlan, 'views' | 'records' | 'pixels'> {
  const { memory, record } = context;
  const { size, count } = setup.images;
  const images = imagesOf(context);
  const border = imageBorder(context);
  const views = memory.take('views', mapSize({ images, height: size, width: size, channels: 3, border }));
  if (inputs === 'given') return { views, records: null, pixels: null };
  const records = memory.allocate('view records', images * RECORD_WORDS);
  const pixels = memory.allocate('training images', Math.ceil((count * size * size * 3) / 4));
  const scratch = memory.take('view bytes', viewScratch(size, images));
  record(
    ...viewsDispatches({
      images: pixels,
      records,
      tables: upload('resampling', viewTables(size)),
      scratch,
      y: views,
      size,
      border,
      views: images,
      normalisation: setup.trainingNormalisation,
      of: 'views',
    }),
  );
  memory.give(scratch);
  return { views, records, pixels };
}

/** Puts the gates of all blocks into one buffer, because the budget counts them together. */
function planGates(setup: PlannedSetup, context: StepContext, step: Span, inputs: StepInputs): Gates {
  const { memory, network } = context;
  const images = imagesOf(context);
  const { offsets, floats } = gateOffsets(context);
  const each = (name: string) => {
    const all = memory.allocate(name, floats);
    return network.blocks.map(({ channels }, l) => part(all, offsets[l]!, images * channels));
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
    floats += Math.ceil((imagesOf(context) * channels) / 64) * 64;
  }
  return { offsets, floats };
}

function planBudget(
  setup: PlannedSetup,
  context: StepContext,
  gates: Gates,
  step: Span,
): { terms: Span; coefficients: Span } {
  const { memory, network, rows, record } = context;
  const { offsets, floats } = gateOffsets(context);
  const { buffer } = gates.gates[0]!;
  const entries = rows.gatedPasses * network.blocks.length;
  const terms = memory.allocate('budget terms', 4);
  const coefficients = memory.allocate('budget coefficients', 2 * entries);
  record(
    ...budgetDispatches({
      ...rows,
      gates: { buffer, offset: 0, size: 4 * floats },
      blocks: network.blocks.map((block, l) => ({
        offset: offsets[l]!,
        channels: block.channels,
        macsPerOpenChannel: macsPerOpenChannel(block),
      })),
      fixedMacs: fixedMacs(network),
      denseMacs: network.denseMacs,
      weights: setup.objective,
      share: setup.objective.gatedLoss === 'mean' ? 1 / rows.gatedPasses : 1,
      step,
      counts: memory.allocate('open gates', entries),
      coefficients,
      terms,
      of: 'budget',
    }),
  );
  return { terms, coefficients };
}
