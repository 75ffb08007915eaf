import type { RunConfig } from '../config.ts';
import { LeftOutQuestion } from '../data/formats/ledger.ts';
import { DataError } from '../data/images/dataset.ts';
import { LayoutQuestion } from '../data/pictures/layout/layoutQuestion.ts';
import { EngineFault } from '../engine.ts';
import type { FeatureFault } from '../evaluate/encoding.ts';
import type { StepRow } from '../metrics.ts';
import { WeightsFileError } from '../network/weights.ts';
import { authorsRate } from '../presets.ts';
import type { FailureReason, SessionNews } from '../run/protocol.ts';

/** Ends a run that cannot continue. Tells the user what to do about it. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';

  constructor(
    readonly reason: FailureReason,
    message: string,
    readonly advice: string,
    /** Whether the engine's weights are still good, so that they can be exported. */
    readonly weightsStand = false,
    /** The step that failed, if its terms are known. */
    readonly row: StepRow | null = null,
  ) {
    super(message);
  }
}

/** Advice for an engine that fails again and again. */
export const LOST_ENGINE =
  'Start again with another engine (WASM runs in every browser), or with a smaller batch or width.';

/** The loss is no longer a finite number. The message names the step and the term. */
export function divergence(row: StepRow, config: Rate): RunFailure {
  const { step, ...terms } = row;
  const named = {
    'invariance term': terms.invariance,
    'variance term': terms.variance,
    'covariance term': terms.covariance,
    'budget loss': terms.budgetLoss,
    'bound loss': terms.boundLoss,
  };
  const broken = Object.entries(named).filter(([, value]) => !Number.isFinite(value));
  const where = broken.map(([name, value]) => `${name} (${value})`).join(', ') || 'sum of its terms';
  return new RunFailure(
    'diverged',
    `The loss stopped being a finite number at step ${step}: ${where}. The weights are those of step ${step - 1}.`,
    gentler(config),
    // A step that diverged was not applied.
    true,
    row,
  );
}

/**
 * Evaluation finds features that are not finite. The last step still had a finite loss, but its update made
 * the weights so large that the features overflow. These weights are useless.
 */
export function featureDivergence(step: number, { branch }: FeatureFault, config: Rate): RunFailure {
  return new RunFailure(
    'diverged',
    `The ${branch} branch’s features stopped being finite numbers by step ${step}, when they were evaluated; nothing can be told of them.`,
    gentler(config),
  );
}

/** The user ended a run twice while it waited for images that its last evaluation needs. */
export function unevaluated(): RunFailure {
  return new RunFailure(
    'data',
    'The run was ended before all of its images had come, so it was not evaluated.',
    'Its checkpoint is kept: go on from it when the site can be reached again.',
  );
}

type Rate = Pick<RunConfig, 'learningRate' | 'batch'>;

function gentler({ learningRate, batch }: Rate): string {
  return `Lower the learning rate (now ${learningRate} at its peak; the authors’ rule, .3 · batch / 256, gives ${authorsRate(batch)}) or lengthen the warm-up, then start again.`;
}

/** The event that reports an error of any kind. */
export function failureNews(error: unknown): Extract<SessionNews, { kind: 'failed' }> {
  if (error instanceof RunFailure) {
    return { kind: 'failed', reason: error.reason, message: error.message, advice: error.advice };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LayoutQuestion) {
    const advice =
      'Nothing was loaded. Say in the Data panel which is meant, or choose the folder to train on alone; then start again.';
    return { kind: 'failed', reason: 'data', message, advice };
  }
  if (error instanceof LeftOutQuestion) {
    const advice = 'Nothing was loaded. Choose other files, or use the rest.';
    return { kind: 'failed', reason: 'data', message, advice, canUseRest: true };
  }
  if (error instanceof DataError) {
    return {
      kind: 'failed',
      reason: 'data',
      message,
      advice: 'Nothing was loaded. Choose other files and start again.',
    };
  }
  if (error instanceof WeightsFileError) {
    return { kind: 'failed', reason: 'config', message, advice: 'Then start again.' };
  }
  if (error instanceof EngineFault) return { kind: 'failed', reason: 'engine', message, advice: LOST_ENGINE };
  return {
    kind: 'failed',
    reason: 'internal',
    message,
    advice:
      'This is a fault of the playground, or the machine ran out of memory. Start again, with a smaller batch or width.',
  };
}
