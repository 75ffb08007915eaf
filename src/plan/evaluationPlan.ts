import type { Branch } from '../metrics.ts';
import { planEncoder } from './encoderPlan.ts';
import type { Gates } from './gatePlan.ts';
import { mapSize } from './maps.ts';
import type { Memory, Span } from './memory.ts';
import type { Operations } from './operations.ts';
import type { StepContext } from './stepContext.ts';
import type { PlannedSetup, StepPlan } from './stepPlan.ts';

/** The evaluation forward of one branch, on as many images at once as a step has views. */
export interface EvaluationPlan<Recorded extends Operations = Operations> {
  /** Where the operations of the evaluation were recorded. */
  readonly operations: Recorded;
  readonly branch: Branch;
  /** Images of one run. */
  readonly images: number;
  /**
   * The bytes of the images are written here before a run, which reads all of it. Null if views are given.
   */
  readonly pixels: Span | null;
  /** The images as the network sees them, bordered [images, S, S, 3]. */
  readonly views: Span;
  /** [images, F] */
  readonly features: Span;
  /** Per block, [images, C]; none for the dense branch. */
  readonly gates: readonly Span[];
  /** Logits of the gates, in the same shapes. */
  readonly logits: readonly Span[];
}

/**
 * Plans a branch in evaluation mode: running statistics, hard gates (method §7). It works in the buffers of
 * the training step, because these hold nothing between steps.
 * @param pixels where the images' bytes are; null if views are given
 */
export function planEvaluation<Recorded extends Operations>(
  setup: PlannedSetup,
  memory: Memory,
  operations: Recorded,
  step: StepPlan,
  pixels: Span | null,
  zeroNoise: readonly Span[],
  branch: Branch,
): EvaluationPlan<Recorded> {
  const { context: training, probes, border } = step;
  const { rows, network } = training;
  const gated = branch === 'gated';
  const context: StepContext = {
    ...training,
    operations,
    rows: { ...rows, firstGated: 0, gatedPasses: gated ? rows.passes : 0 },
    branches: training.branches.map(() => branch),
    mode: 'evaluation',
  };
  const images = rows.images * rows.passes;
  const { size } = setup.images;
  const views = memory.take('views', mapSize({ images, height: size, width: size, channels: 3, border }));
  if (pixels !== null) {
    const normalisation = setup.evaluationNormalisation;
    operations.evaluationInput({ images: pixels, y: views, size, border, count: images, normalisation });
  }
  const gates: Gates | null = gated
    ? {
        gates: probes.gates,
        // Evaluation has no backward pass, so the slopes may be overwritten.
        slopes: step.gateSlopes,
        logits: probes.logits,
        // Without noise a gate is open from logit 0 on, as in evaluation.
        noise: { given: zeroNoise },
        temperature: setup.objective.temperature,
      }
    : null;
  const { features } = planEncoder(context, views, gates);
  memory.give(views);
  memory.give(features);
  return {
    operations,
    branch,
    images,
    pixels,
    views,
    features,
    gates: gated ? network.blocks.map((_, l) => probes.gates[l]!) : [],
    logits: gated ? probes.logits : [],
  };
}
