import type { Encoder } from '../evaluate/encoding.ts';
import { calibrationImages, findShift, ratiosOn, reachOf, shifted } from '../evaluate/gateShift.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { Branch, Reach, SlimBranch } from '../metrics.ts';
import { branchNetwork, withoutGates } from '../network/slice.ts';
import { branchFeatures, branchMacs, isSlim, slimBranch, widthOf } from '../network/slim.ts';
import { narrowedNetwork, widthNetwork } from '../network/widthNetwork.ts';
import type { DialSetting } from '../run/dial.ts';
import type { Laboratory, OnWork } from './laboratory.ts';
import { recalibrated, recalibrationSize } from './recalibrated.ts';
import { Refusal } from './refusal.ts';

/** A network at one budget. */
export interface Calibrated {
  readonly setting: DialSetting;
  /** The share of the dense MACs that was reached on the training images. */
  readonly ratio: number;
  readonly reach: Reach;
  readonly branch: Branch;
  readonly encoder: Encoder;
  dispose(): void;
}

/** What brings a network to a budget. */
export interface Calibration {
  /** Training images that it takes. */
  readonly images: number;
  /** Forward passes of these images that a budget takes, about. */
  readonly passes: number;
  /** @param onWork may wait, and throws to cancel */
  find(budget: number, onWork: OnWork): Promise<Calibrated>;
}

/** Passes of a search on average. It tries fewer than the first, which shares its δ with the others. */
const PASSES = 10;

/** Finds the shift of a gated network's gates. */
export function shiftCalibration({ network, engine, data }: Laboratory): Calibration {
  const images = calibrationImages(data.train);
  let advance = async (_images: number) => {};
  const ratioAt = ratiosOn(engine, network, images, (count) => advance(count));
  return {
    images: images.count,
    passes: PASSES,
    async find(budget, onWork) {
      let done = 0;
      advance = (count) => {
        done += count;
        return onWork(done, PASSES * images.count);
      };
      const { shift, ratio, reach } = await findShift(budget, ratioAt);
      return {
        setting: { kind: 'shift', shift },
        ...{ ratio, reach, branch: 'gated', encoder: shifted(engine, shift), dispose() {} },
      };
    },
  };
}

/** Finds the width of a slimmable network, in hundredths from the narrowest that was trained. */
export function widthCalibration(laboratory: Laboratory): Calibration {
  const { network, engine, weights } = laboratory;
  const trained = [...weights.architecture.branches].sort((a, b) => widthOf(a) - widthOf(b));
  const branches = branchesFrom(widthOf(trained[0]!));
  const ratioOf = (branch: Branch) => branchMacs(network, branch) / network.denseMacs;
  return {
    images: recalibrationSize(laboratory).count,
    passes: 1,
    async find(budget, onWork) {
      const away = (branch: Branch) => Math.abs(ratioOf(branch) - budget);
      // Of equally near widths, one that was trained needs no statistics of its own.
      const nearest = branches.reduce((best, branch) => {
        const isNearer = away(branch) < away(best);
        return isNearer || (away(branch) === away(best) && trained.includes(branch)) ? branch : best;
      });
      const ratio = ratioOf(nearest);
      const ends = { low: nearest === branches[0], high: nearest === 'dense' };
      const found = {
        setting: { kind: 'width', width: widthOf(nearest) },
        ...{ ratio, reach: reachOf(ratio - budget, ends), branch: nearest },
      } as const;
      if (!isSlim(nearest) || trained.includes(nearest)) return { ...found, encoder: engine, dispose() {} };
      const wider = trained.find((branch) => widthOf(branch) > widthOf(nearest)) ?? 'dense';
      const between = await inBetween(laboratory, wider, nearest, onWork);
      return { ...found, ...between };
    },
  };
}

/** The widths that can be asked for, in hundredths up to the whole. */
function branchesFrom(narrowest: number): Branch[] {
  const first = Math.round(100 * narrowest);
  return Array.from({ length: 101 - first }, (_, i) =>
    first + i === 100 ? 'dense' : slimBranch((first + i) / 100),
  );
}

/** An encoder of a width that was not trained, with the BatchNorm statistics of training images. */
async function inBetween(
  laboratory: Laboratory,
  wider: Branch,
  branch: SlimBranch,
  onWork: OnWork,
): Promise<Pick<Calibrated, 'encoder' | 'dispose'>> {
  const { network, state, weights } = laboratory;
  const trained = isSlim(wider)
    ? widthNetwork(network, state, wider)
    : withoutGates(branchNetwork(network, state, 'dense'));
  const frozen = await recalibrated(narrowedNetwork(trained, branch), laboratory, onWork);
  const encoder = new FrozenEncoder(frozen, weights.architecture);
  const columns = branchFeatures(network, branch);
  return {
    encoder: {
      encode: async (images, from, to) => {
        const { features } = await encoder.encode(images, from, to);
        return { features: features.filter((_, i) => i % network.features < columns), gates: [] };
      },
    },
    dispose: () => encoder.dispose(),
  };
}

/** @throws Refusal for what is no share of the dense MACs */
export function checkBudget(budget: number | undefined): void {
  if (budget !== undefined && budget > 0 && budget <= 1) return;
  throw new Refusal(
    `dial: budgets must be shares of the dense MACs, above 0 and up to 1, got ${budget ?? 'none'}. Ask for shares such as 0.3.`,
  );
}
