import type { Branch } from '../metrics.ts';
import {
  alwaysOnChannels,
  countsForMacs,
  equalCounts,
  filterNorms,
  type Gates,
  openRates,
  prefixChannels,
  randomGates,
  shuffledGates,
  topChannels,
} from '../network/masks.ts';
import {
  branchNetwork,
  type FrozenNetwork,
  frozenMacs,
  type KeptChannels,
  sliceNetwork,
  withoutGates,
} from '../network/slice.ts';
import { stream } from '../random.ts';
import type { MaskKind } from './door/masksOrder.ts';
import type { Laboratory } from './laboratory.ts';

/** Gates of both sets of images, per block u8 [N, C]. */
export interface SetsGates {
  readonly train: Gates;
  readonly test: Gates;
}

/** A network under a mask. It is cut if the mask is the same for every image, and else has forced gates. */
export interface Masked {
  readonly frozen: FrozenNetwork;
  readonly forced: SetsGates | null;
  readonly macs: number;
  /** Share of the dense network's MACs. */
  readonly ratio: number;
  /** Mean share of open channels per block. */
  readonly density: readonly number[];
}

const SEED = 1;

/**
 * The masks of one network. They have as many channels as its gates open, or as `ratio` of its MACs allows.
 */
export class MaskPlans {
  readonly #laboratory: Laboratory;
  readonly #gates: SetsGates;
  /** Open rates over the training images; empty without gates. */
  readonly #rates: readonly Float64Array[];
  /** K per block. */
  readonly #counts: readonly number[];
  readonly #ratio: number;

  constructor(laboratory: Laboratory, gates: SetsGates, ratio: number) {
    const { network } = laboratory;
    this.#laboratory = laboratory;
    this.#gates = gates;
    this.#ratio = ratio;
    this.#rates = network.spec.gated ? openRates(network, gates.train) : [];
    this.#counts = network.spec.gated
      ? equalCounts(this.#rates)
      : countsForMacs(network, ratio * network.denseMacs);
  }

  /** The gates' own decisions on test images; the dense network if there are no gates. */
  real(): Masked {
    const { network } = this.#laboratory;
    if (!network.spec.gated) return this.#cut(this.#branch('dense'), null);
    const open = openRates(network, this.#gates.test).map((rates) =>
      rates.reduce((sum, rate) => sum + rate, 0),
    );
    return this.#masked(this.#branch('gated'), null, open);
  }

  plan(mask: Exclude<MaskKind, 'real'>): Masked {
    const { network, data } = this.#laboratory;
    const counts = this.#counts;
    const random = stream(SEED, 'gate');
    switch (mask) {
      case 'frozen':
        return this.#cut(this.#whole(), topChannels(this.#rates, counts));
      case 'always-on':
        return this.#cut(this.#whole(), alwaysOnChannels(this.#rates));
      case 'prefix':
        return this.#cut(this.#whole(), prefixChannels(counts));
      case 'shuffled': {
        const forced = {
          train: shuffledGates(network, this.#gates.train, random),
          test: shuffledGates(network, this.#gates.test, random),
        };
        // The gates were computed, but for another image.
        return { ...this.real(), frozen: this.#whole(), forced };
      }
      case 'random': {
        const forced = {
          train: randomGates(network, counts, data.train.count, random),
          test: randomGates(network, counts, data.test.count, random),
        };
        return this.#masked(this.#whole(), forced, counts);
      }
      case 'l1':
      case 'l1-recalibrated': {
        const dense = this.#dense();
        const budget = network.spec.gated ? this.real().macs : this.#ratio * network.denseMacs;
        return this.#cut(dense, topChannels(filterNorms(dense), countsForMacs(network, budget)));
      }
      default:
        return mask satisfies never;
    }
  }

  /** The gated branch's weights without gates, to which masks are applied. */
  #whole(): FrozenNetwork {
    return this.#laboratory.network.spec.gated ? withoutGates(this.#branch('gated')) : this.#branch('dense');
  }

  /** The dense branch if there is one; else the gated branch with every gate open. */
  #dense(): FrozenNetwork {
    const { branches } = this.#laboratory.weights.architecture;
    return branches.includes('dense') ? this.#branch('dense') : this.#whole();
  }

  #branch(branch: Branch): FrozenNetwork {
    const { network, state } = this.#laboratory;
    return branchNetwork(network, state, branch);
  }

  #cut(frozen: FrozenNetwork, kept: KeptChannels | null): Masked {
    const cut = kept === null ? frozen : sliceNetwork(frozen, kept);
    return this.#masked(cut, null, cut.inner);
  }

  #masked(frozen: FrozenNetwork, forced: SetsGates | null, open: readonly number[]): Masked {
    const { blocks, denseMacs } = this.#laboratory.network;
    const macs = frozenMacs(frozen, open);
    const density = blocks.map(({ channels }, l) => open[l]! / channels);
    return { frozen, forced, macs, ratio: macs / denseMacs, density };
  }
}
