import type { RunConfig } from '../../config.ts';
import type { ImageSet } from '../../data/images/dataset.ts';
import type { Engine, StepInput } from '../../engine.ts';
import { lookAtGates, lookedAt } from '../../evaluate/gateLook.ts';
import { gradientCosine, gradientRatios } from '../../evaluate/imbalance.ts';
import type { GradientRow, UsageRow } from '../../metrics.ts';
import type { Network } from '../../network/layers.ts';
import type { NamedTensors } from '../../network/parameters.ts';
import { isSlim, widthOf } from '../../network/slim.ts';
import type { System } from '../../network/systems.ts';
import type { AimState } from '../../run/checkpoint/checkpoint.ts';
import { boundWidthAt, learningRateAt } from './annealing.ts';
import { Batches } from './batches.ts';
import { afterLook, aimOf, FIRST_AIM } from './exactBudget.ts';

/** An exact budget looks at what the gates spend once in this many steps. */
const LOOK_EVERY = 10;
/** Number of images in such a look. */
const LOOK_IMAGES = 64;

type Held = Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth' | 'termWeights'>;
type Measured = {
  readonly network: Network;
  readonly system: System;
  readonly engine: Engine;
  readonly images: ImageSet;
};

/**
 * The settings of each step of a run: learning rate, width of the bound, weights of the terms, and the aim.
 *
 * An exact budget moves the aim until the gates of evaluation meet t_d. The budget loss w·(ρ − a)² with the
 * aim a = t_d − λ/2w has the gradient of w·(ρ − t_d)² + λ·(ρ − t_d). The aim is thus the dual variable λ of
 * the constraint ρ = t_d, in other units. It follows the ratio of the hard gates as well as that of the noisy
 * gates in the loss, because systems are compared at the ratio of the hard gates (exactBudget.ts).
 */
export class Course {
  constructor(
    private readonly config: RunConfig,
    private readonly system: System,
    private state = FIRST_AIM,
  ) {}

  /** What an exact budget remembers. A course remembers nothing else. */
  get aimState(): AimState {
    return this.state;
  }

  /** Takes note of the ratio that the noisy gates of a step spent; null without gates. */
  seen(noisy: number | null): void {
    this.state = { ...this.state, noisy };
  }

  /** The settings of the step with this index, from 0, at budget t_d. */
  at(index: number, budget: number): Held {
    const { config, system } = this;
    // SlimCLR's slow start lasts for half of the run (S = T/2 in its scripts).
    const early = 2 * index < config.steps;
    return {
      learningRate: learningRateAt(config, index),
      boundWidth: boundWidthAt(config, index),
      aim: config.exactBudget ? aimOf(this.state, budget) : budget,
      termWeights: system.terms.map((term) => (early ? term.early : term.weight)),
    };
  }

  /** Whether the gates must be evaluated before the step with this index. */
  looksAt(index: number): boolean {
    const due = index % LOOK_EVERY === 0 && index !== this.state.looked;
    return this.config.exactBudget && this.system.branches.includes('gated') && due;
  }

  /** Whether the widths' gradients must be compared before the step with this index. */
  comparesAt(index: number): boolean {
    const { gradientsEvery } = this.config;
    return this.system.branches.some(isSlim) && gradientsEvery > 0 && index % gradientsEvery === 0;
  }

  /** How many training images, the first ones of the set, are measured before the step with this index. */
  reachAt(index: number, images: ImageSet): number {
    const look = { most: LOOK_IMAGES, turn: index / LOOK_EVERY };
    const looked = this.looksAt(index) ? lookedAt(images, look).to : 0;
    return this.comparesAt(index) ? Math.max(looked, this.comparison(images, index).reach) : looked;
  }

  /** The batches whose first one compares the widths' gradients before the step with this index. */
  private comparison(images: ImageSet, index: number): Batches {
    return new Batches({ ...this.config, seed: this.config.seed + index + 1 }, images);
  }

  /**
   * Evaluates the gates on some training images, and corrects the aim by the difference from the budget.
   * Returns what was seen.
   */
  async look({ network, engine, images }: Measured, index: number, budget: number): Promise<UsageRow> {
    const turn = index / LOOK_EVERY;
    const row = await lookAtGates(engine, network, images, { most: LOOK_IMAGES, turn, step: index });
    this.state = { ...afterLook(this.state, row.macRatio, budget, network.smallestRatio), looked: index };
    return row;
  }

  /**
   * Compares the widths' gradients on a batch that depends on this index alone, so that the run's own random
   * streams do not move. Costs one backward pass for each width that has terms of its own.
   */
  async compare(
    { network, system, engine, images }: Measured,
    index: number,
    budget: number,
  ): Promise<GradientRow> {
    const input = { ...this.comparison(images, index).draw(), ...this.at(index, budget) };
    const narrow = system.branches.filter(isSlim);
    const narrowest = narrow.reduce((least, branch) => (widthOf(branch) < widthOf(least) ? branch : least));
    const apart = system.terms.every(({ branch }) => branch !== null);
    const perBranch = new Map<string, NamedTensors>();
    if (apart) {
      for (const branch of system.branches) {
        const termWeights = system.terms.map((term) => (term.branch === branch ? term.weight : 0));
        perBranch.set(branch, await engine.gradients({ ...input, termWeights }));
      }
    }
    const all = apart ? sumOf([...perBranch.values()]) : await engine.gradients(input);
    const full = perBranch.get('dense');
    const cosines = narrow.flatMap((branch) => {
      const own = perBranch.get(branch);
      return own && full ? [[branch, gradientCosine(network, own, full, branch)] as const] : [];
    });
    const width = widthOf(narrowest);
    return {
      step: index,
      ...gradientRatios(network, all, narrowest),
      even: { full: 1 / width, rest: Math.sqrt(1 / width ** 2 - 1) },
      cosines: Object.fromEntries(cosines),
    };
  }
}

function sumOf(parts: readonly NamedTensors[]): NamedTensors {
  const [first, ...others] = parts;
  return new Map(
    [...first!].map(([name, values]) => {
      const sum = values.slice();
      for (const other of others) {
        const more = other.get(name)!;
        for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
      }
      return [name, sum];
    }),
  );
}
