import type { RunConfig } from '../../config.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { stepFlops } from '../../network/macs.ts';
import type { RunSummary } from '../sets/runSummary.ts';

/** A run that was timed. Without its training speed or its images, all of its time counts as training. */
export type TimedRun = Pick<RunSummary, 'config' | 'seconds' | 'steps'> & {
  readonly imagesPerSecond?: number;
  readonly data?: Pick<RunSummary['data'], 'train'>;
};

/**
 * A pass of a network with so many times the arithmetic takes that number to this power as long, because part
 * of its time is overhead. Measured with WASM on two cores: 15.6 times the arithmetic (width 8 and batch 64
 * against width 4 and batch 16) took 6.7 times as long.
 */
const GROWTH = 0.69;

/**
 * Seconds that a run will take, from the most similar runs that were timed: those of the same system if there
 * are any, and of these the ones whose steps are nearest in arithmetic. Training and the rest, which is
 * mostly evaluations, are estimated apart: a short run evaluates nearly as often as a long one, so its time
 * is not in proportion to its steps. Null without timed runs.
 * @param input side of the images, pixels
 */
export function estimatedSeconds(
  config: RunConfig,
  timed: readonly TimedRun[],
  input: number,
): number | null {
  const known = timed.flatMap((run) => (run.seconds !== null && run.steps > 0 ? [partsOf(run, input)] : []));
  const same = known.filter((run) => run.config.system === config.system);
  const used = same.length > 0 ? same : known;
  if (used.length === 0) return null;
  const step = stepOf(config, input);
  const farness = ({ pass }: Parts) => Math.abs(Math.log(pass / step.pass));
  const nearest = Math.min(...used.map(farness));
  const similar = used.filter((run) => farness(run) <= nearest + 1e-9);
  const totals = similar.map((run) => {
    const perStep = run.perStep * (step.passes / run.passes) * (step.pass / run.pass) ** GROWTH;
    const perEvaluation = run.perEvaluation * (step.evaluation / run.evaluation) ** GROWTH;
    return config.steps * perStep + evaluationsOf(config, config.steps, run.train) * perEvaluation;
  });
  return totals.reduce((sum, total) => sum + total, 0) / totals.length;
}

/** The arithmetic of a configuration, in units that only serve to compare. */
interface Arithmetic {
  /** Of one pass of a training step. */
  readonly pass: number;
  readonly passes: number;
  /** Of one image in an evaluation. */
  readonly evaluation: number;
}

interface Parts extends Arithmetic {
  readonly config: RunConfig;
  /** Seconds. */
  readonly perStep: number;
  /** Seconds, with what a run does before its first step. */
  readonly perEvaluation: number;
  /** Number of training images; null if it is not known. */
  readonly train: number | null;
}

function stepOf(config: RunConfig, input: number): Arithmetic {
  const network = networkOf(config, input);
  const { passes, branches } = systemOf(config);
  return {
    pass: stepFlops(network, 1, config.batch),
    passes: passes.length,
    evaluation: network.denseMacs * branches.length,
  };
}

/** What a timed run's steps and evaluations took. */
function partsOf({ config, seconds, steps, imagesPerSecond, data }: TimedRun, input: number): Parts {
  const whole = seconds ?? 0;
  const train = data?.train ?? null;
  const training = imagesPerSecond ? Math.min(whole, (steps * config.batch) / imagesPerSecond) : whole;
  return {
    ...{ ...stepOf(config, input), config, train },
    perStep: training / steps,
    perEvaluation: (whole - training) / evaluationsOf(config, steps, train),
  };
}

/** Number of evaluations of a run: before its first step, after every so many epochs, and at its end. */
function evaluationsOf({ batch, evaluateEvery }: RunConfig, steps: number, train: number | null): number {
  const period = train === null ? Number.POSITIVE_INFINITY : evaluateEvery * Math.floor(train / batch);
  return 2 + (period > 0 ? Math.floor((steps - 1) / period) : 0);
}
