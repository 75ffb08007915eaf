import type { EngineSetup } from '../engine.ts';
import { Memory } from '../plan/memory.ts';
import { type PlanOptions, planStep } from '../plan/stepPlan.ts';
import type { VicregTask } from '../plan/tasks/lossTasks.ts';
import type { GlobalPoolTask, InputGradientTask, SpreadTask } from '../plan/tasks/mapTasks.ts';
import type {
  LinearGradientTask,
  LinearTask,
  RowNormGradientTask,
  RowNormTask,
} from '../plan/tasks/rowTasks.ts';
import { AddressBook } from '../wasm/addressBook.ts';
import { CpuOperations } from '../wasm/cpuOperations.ts';
import type { Call, KernelName } from '../wasm/kernels.ts';

/** The kinds of work of a step, whose shares a benchmark tells. */
export const GROUPS = [
  'convolutions, forward',
  'convolutions, gradients of inputs',
  'convolutions, gradients of filters',
  'BatchNorms, activations and pools',
  'gates',
  'projector',
  'VICReg and loss',
  'views',
  'optimiser',
] as const;
export type Group = (typeof GROUPS)[number];

/** The groups that are convolutions. Turning filters belongs to the gradients of inputs. */
export const CONVOLUTIONS: readonly Group[] = [GROUPS[0], GROUPS[1], GROUPS[2]];

/** Kernels that serve only one group; the others are those of BatchNorms, activations and pools. */
const OF_KERNEL: { readonly [Name in KernelName]?: Group } = {
  convolution: 'convolutions, forward',
  turnedFilter: 'convolutions, gradients of inputs',
  filterGradient: 'convolutions, gradients of filters',
  gateSample: 'gates',
  gateGradient: 'gates',
  gateCounts: 'gates',
  budget: 'gates',
  termGradient: 'VICReg and loss',
  stepTerms: 'VICReg and loss',
  views: 'views',
  keep: 'optimiser',
  restore: 'optimiser',
  chunkSquares: 'optimiser',
  partSquares: 'optimiser',
  tensorScales: 'optimiser',
  descend: 'optimiser',
};

/** The calls of a plan with the group of each. */
class GroupedOperations extends CpuOperations {
  readonly groups: Group[] = [];
  /** Of the operation that records now; null: the kernels say it. */
  #group: Group | null = null;

  protected override record(...calls: readonly Call[]): void {
    for (const { kernel } of calls)
      this.groups.push(this.#group ?? OF_KERNEL[kernel] ?? 'BatchNorms, activations and pools');
    super.record(...calls);
  }

  override inputGradient(task: InputGradientTask): void {
    this.#in('convolutions, gradients of inputs', () => super.inputGradient(task));
  }

  override globalPool(task: GlobalPoolTask): void {
    this.#in(poolOf(task), () => super.globalPool(task));
  }

  override spread(task: SpreadTask): void {
    this.#in(poolOf(task), () => super.spread(task));
  }

  override linear(task: LinearTask): void {
    this.#in(layerOf(task), () => super.linear(task));
  }

  override linearGradient(task: LinearGradientTask): void {
    this.#in(layerOf(task), () => super.linearGradient(task));
  }

  override rowNorm(task: RowNormTask): void {
    this.#in(layerOf(task), () => super.rowNorm(task));
  }

  override rowNormGradient(task: RowNormGradientTask): void {
    this.#in(layerOf(task), () => super.rowNormGradient(task));
  }

  override vicreg(task: VicregTask): void {
    this.#in('VICReg and loss', () => super.vicreg(task));
  }

  #in(group: Group, record: () => void): void {
    this.#group = group;
    record();
    this.#group = null;
  }
}

/** Matrices are those of gates and of the projector. */
function layerOf({ of }: { readonly of: string }): Group {
  return of.startsWith('projector') ? 'projector' : 'gates';
}

/** Pools are those of gates and that of the encoder's end. */
function poolOf({ of }: { readonly of: string }): Group {
  return of === 'features' ? 'BatchNorms, activations and pools' : 'gates';
}

/** The group of each call of a step. */
export function stepGroups(setup: EngineSetup, options: PlanOptions): readonly Group[] {
  const memory = new Memory();
  const operations = new GroupedOperations(memory, new AddressBook(0));
  planStep(setup, memory, operations, options);
  return operations.groups;
}
