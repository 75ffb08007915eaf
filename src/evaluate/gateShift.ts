import type { Images } from '../data/images/dataset.ts';
import type { Engine } from '../engine.ts';
import { MET_WITHIN, type Reach } from '../metrics.ts';
import { SHIFT_LIMIT } from '../network/gateShift.ts';
import type { Network } from '../network/layers.ts';
import { shuffled, stream } from '../random.ts';
import { gateUsage } from '../statistics/gateUsage.ts';
import { chunkOf, type Encoder } from './encoding.ts';
import { pickImages } from './sample.ts';

// One trained gated network at other budgets: gates open where logit + δ ≥ 0, with one δ for all blocks. It
// is found for a share of the MACs on training images, without labels. Ours, not the paper's.

/** What encodes at any δ. */
export interface ShiftableEncoder {
  encode(
    ...asked: [...Parameters<Engine['encode']>, gateShift?: number | undefined]
  ): ReturnType<Engine['encode']>;
}

/** Images that δ is found with. */
export const CALIBRATION_IMAGES = 128;
/** The search begins between −USUAL and USUAL: almost all gates of a trained network open or close there. */
const USUAL = 8;
/** Where it comes as near to an end of that range, it goes on to the end of what can be tried. */
const EDGE = 0.25;
/** Most halvings of the range. Every δ that is tried is a multiple of 2⁻¹⁶, which float32 holds exactly. */
const HALVINGS = 20;
/** The search ends as near as this, far below the difference between two samples of 128 images. */
const NEAR = 1e-3;
/** Seed of the choice of images, which is the same for every network. */
const CHOICE_SEED = 0;

export interface FoundShift {
  /** δ */
  readonly shift: number;
  /** The share of the dense MACs at that δ, on the images that it was found with. */
  readonly ratio: number;
  /**
   * Shares are jumped over where many gates open at the same δ: a gate whose hidden units are all 0 has
   * logits of 0, and opens as a whole at δ = 0.
   */
  readonly reach: Reach;
}

/** The encoder with all gates shifted by δ. */
export function shifted(encoder: ShiftableEncoder, gateShift: number): Encoder {
  return { encode: (...asked) => encoder.encode(...asked, gateShift) };
}

/** The images that δ is found with: a random choice, the same in every call. */
export function calibrationImages(images: Images): Images {
  const rows = shuffled(images.count, stream(CHOICE_SEED, 'evaluation'));
  return pickImages(images, rows.subarray(0, CALIBRATION_IMAGES).toSorted());
}

/**
 * The share of the dense MACs that the gated branch spends on some images at a δ. Each pass is through the
 * whole network, because later gates see what earlier ones let through. A δ is computed once.
 * @param onImages called with the number of images after each piece of work; may wait or throw
 */
export function ratiosOn(
  encoder: ShiftableEncoder,
  network: Network,
  images: Images,
  onImages: (images: number) => Promise<void> = async () => {},
): (shift: number) => Promise<number> {
  const known = new Map<number, number>();
  const chunk = chunkOf(network);
  return async (shift) => {
    const before = known.get(shift);
    if (before !== undefined) return before;
    let macs = 0;
    for (let from = 0; from < images.count; from += chunk) {
      const to = Math.min(from + chunk, images.count);
      const { gates } = await encoder.encode(images, from, to, 'gated', shift);
      macs += (to - from) * (gateUsage(network, gates).macs.gated ?? network.denseMacs);
      await onImages(to - from);
    }
    const ratio = macs / images.count / network.denseMacs;
    known.set(shift, ratio);
    return ratio;
  };
}

/**
 * δ for a share of the dense MACs, by bisection in [−8, 8], and in [−64, 64] where its end is reached. The
 * share grows with δ on average only, since a gate that opens changes what later gates see; of all δ that
 * were tried, the one whose share is nearest is taken.
 * @param ratioAt the share at a δ
 */
export async function findShift(
  wanted: number,
  ratioAt: (shift: number) => Promise<number>,
): Promise<FoundShift> {
  let [low, high] = [-USUAL, USUAL];
  let best = { shift: 0, ratio: Number.POSITIVE_INFINITY };
  for (let halving = 0; halving < HALVINGS; halving++) {
    const shift = (low + high) / 2;
    const ratio = await ratioAt(shift);
    if (Math.abs(ratio - wanted) <= Math.abs(best.ratio - wanted)) best = { shift, ratio };
    if (Math.abs(ratio - wanted) <= NEAR) break;
    if (ratio < wanted) low = shift;
    else high = shift;
    if (high === USUAL && high - low <= EDGE) high = SHIFT_LIMIT;
    if (low === -USUAL && high - low <= EDGE) low = -SHIFT_LIMIT;
  }
  const ends = { low: low === -SHIFT_LIMIT, high: high === SHIFT_LIMIT };
  return { ...best, reach: reachOf(best.ratio - wanted, ends) };
}

/**
 * How a share was met.
 * @param above what was reached, less what was wanted
 * @param ends whether it was searched for down to the lower end of what can be tried, and up to the upper one
 */
export function reachOf(above: number, ends: { readonly low: boolean; readonly high: boolean }): Reach {
  if (Math.abs(above) <= MET_WITHIN) return 'met';
  if (above > 0 && ends.low) return 'smallest';
  return above < 0 && ends.high ? 'largest' : 'jumped';
}
