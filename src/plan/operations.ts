import type { Layout } from './layout.ts';
import type { Span } from './memory.ts';
import type { BudgetTask, GateGradientTask, GateSampleTask } from './tasks/gateTasks.ts';
import type { DescendTask, HaltRestoreTask, StepTermsTask, VicregTask } from './tasks/lossTasks.ts';
import type {
  ActivationTask,
  FilterGradientTask,
  GlobalPoolTask,
  InputGradientTask,
  MapGradientTask,
  MaxPoolGradientTask,
  MaxPoolTask,
  NormedConvolutionTask,
  RunningNormTask,
  SpreadTask,
  TurnedFilter,
} from './tasks/mapTasks.ts';
import type { LinearGradientTask, LinearTask, RowNormGradientTask, RowNormTask } from './tasks/rowTasks.ts';
import type { EvaluationInputTask, ViewsTask } from './tasks/viewTasks.ts';

// What a step is made of. A plan records these operations in their order, and an executor (webgpu, wasm)
// makes of each what its machine computes. Maps are as maps.ts says, matrices are maps of one pixel. Nothing
// reads what was not written in the same step, except parameters and the optimiser's state.

/** What an executor fulfils. An operation that one of them lacks does not compile. */
export interface Operations {
  readonly layout: Layout;
  /** Makes the copies of filters that gradients of inputs read. Comes before them in every step. */
  turnFilters(task: { readonly parameters: Span; readonly filters: readonly TurnedFilter[] }): void;
  normedConvolution(task: NormedConvolutionTask): void;
  runningNorm(task: RunningNormTask): void;
  activation(task: ActivationTask): void;
  mapGradient(task: MapGradientTask): void;
  filterGradient(task: FilterGradientTask): void;
  inputGradient(task: InputGradientTask): void;
  globalPool(task: GlobalPoolTask): void;
  spread(task: SpreadTask): void;
  maxPool(task: MaxPoolTask): void;
  maxPoolGradient(task: MaxPoolGradientTask): void;
  linear(task: LinearTask): void;
  linearGradient(task: LinearGradientTask): void;
  rowNorm(task: RowNormTask): void;
  rowNormGradient(task: RowNormGradientTask): void;
  gateSample(task: GateSampleTask): void;
  gateGradient(task: GateGradientTask): void;
  budget(task: BudgetTask): void;
  vicreg(task: VicregTask): void;
  stepTerms(task: StepTermsTask): void;
  descend(task: DescendTask): void;
  haltRestore(task: HaltRestoreTask): void;
  views(task: ViewsTask): void;
  evaluationInput(task: EvaluationInputTask): void;
}
