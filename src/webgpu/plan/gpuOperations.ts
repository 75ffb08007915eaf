import { outputShape } from '../../plan/convolutionShape.ts';
import { quads } from '../../plan/maps.ts';
import { type Memory, part, type Span } from '../../plan/memory.ts';
import type { Operations } from '../../plan/operations.ts';
import type { BudgetTask, GateGradientTask, GateSampleTask } from '../../plan/tasks/gateTasks.ts';
import {
  type DescendTask,
  type HaltRestoreTask,
  type StepTermsTask,
  TERMS_FLOATS,
  type VicregTask,
} from '../../plan/tasks/lossTasks.ts';
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
} from '../../plan/tasks/mapTasks.ts';
import type {
  LinearGradientTask,
  LinearTask,
  RowNormGradientTask,
  RowNormTask,
} from '../../plan/tasks/rowTasks.ts';
import type { EvaluationInputTask, ViewsTask } from '../../plan/tasks/viewTasks.ts';
import { viewTables } from '../../plan/viewTables.ts';
import { type Convolution, convolution, tileStatisticsSize } from '../kernels/convolution/convolution.ts';
import { stridedGradient, turnFilters, turnTables } from '../kernels/convolution/convolutionGradients.ts';
import { convolutionTile, filterTile, stridedTile, type Tuning } from '../kernels/convolution/tuning.ts';
import { budgetDispatches } from '../kernels/gate/budget.ts';
import { gateSample } from '../kernels/gate/gateSample.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { filterSize } from '../kernels/layout.ts';
import { linearGradient } from '../kernels/linear/linearGradient.ts';
import { stepTerms } from '../kernels/loss/stepTerms.ts';
import { termGradients } from '../kernels/loss/termGradients.ts';
import { vicregDispatches, vicregScratch } from '../kernels/loss/vicreg.ts';
import { activation, batchStatistics, mapGradient, runningNorm, sumsSize } from '../kernels/norm/mapNorm.ts';
import { rowNorm } from '../kernels/norm/rowNorm.ts';
import { descendDispatches, descendScratch, descendTable } from '../kernels/optimizer/descend.ts';
import { haltRestore } from '../kernels/optimizer/haltRestore.ts';
import { globalPool } from '../kernels/pool/globalPool.ts';
import { maxPool, maxPoolGradient } from '../kernels/pool/maxPool.ts';
import { spread } from '../kernels/pool/spread.ts';
import { evaluationInput } from '../kernels/views/viewEvaluation.ts';
import { viewScratch, viewsDispatches } from '../kernels/views/views.ts';
import { GPU_LAYOUT } from '../kernels/weightLayout.ts';
import { aligned, FilterGradients } from './filterGradients.ts';
import { HeldGradient } from './heldGradient.ts';
import { HeldLayer } from './heldLayer.ts';

/** A buffer and what it holds from the start. */
interface Upload {
  readonly span: Span;
  readonly data: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** The dispatches that fulfil a plan's operations, in their order. */
export class GpuOperations implements Operations {
  readonly layout = GPU_LAYOUT;
  readonly dispatches: Dispatch[] = [];
  readonly uploads: Upload[] = [];
  readonly #memory: Memory;
  readonly #tuning: Tuning;
  /** The turned copies of filters, by their convolutions' names. */
  readonly #turned = new Map<string, Span>();
  readonly #filters: FilterGradients;
  readonly #before = new HeldLayer();
  readonly #after = new HeldGradient();

  constructor(memory: Memory, tuning: Tuning) {
    this.#memory = memory;
    this.#tuning = tuning;
    this.#filters = new FilterGradients(memory, (dispatch) => this.#record(dispatch));
  }

  turnFilters({
    parameters,
    filters,
  }: {
    readonly parameters: Span;
    readonly filters: readonly TurnedFilter[];
  }): void {
    let end = 0;
    const places = filters.map((filter) => {
      const to = end;
      const size = filterSize(filter.kernel, filter.inputs, filter.outputs);
      end += aligned(size);
      return { ...filter, to, size };
    });
    const turned = this.#memory.allocate('turned filters', end);
    for (const { name, to, size } of places) this.#turned.set(name, part(turned, to, size));
    const tables = turnTables(places);
    this.#record(
      turnFilters({
        parameters,
        turned,
        filters: this.#upload('filters', tables.filters),
        work: this.#upload('turning', tables.work),
        workgroups: tables.work.length / 2,
      }),
    );
  }

  normedConvolution(task: NormedConvolutionTask): void {
    const { y, norm, places, parameters, running, mode, of } = task;
    const { lanes } = this.#tuning;
    const map = outputShape(task);
    const tile = convolutionTile(this.#tuning, task);
    const forward: Convolution = { ...task, y, tile };
    if (mode === 'evaluation') {
      this.#record(convolution(forward));
      const [channels, passes, place] = [map.channels, places.length, places[0]!];
      this.runningNorm({ channels, passes, place, parameters, running, norm, of });
      return;
    }
    this.#withScratch([tileStatisticsSize(map, tile)], (tiles) => [
      convolution({ ...forward, statistics: tiles! }),
      batchStatistics({ map, tile, tiles: tiles!, parameters, running, norm, places, lanes, of }),
    ]);
  }

  runningNorm(task: RunningNormTask): void {
    this.#record(runningNorm(task));
  }

  activation(task: ActivationTask): void {
    this.#record(activation(task));
  }

  mapGradient({ relu, gradientBorder, ...task }: MapGradientTask): void {
    if (gradientBorder !== 0)
      throw new Error(`map gradient: a gradient must have no border here, got ${gradientBorder}`);
    const { map, main, shortcut } = task;
    const size = sumsSize(map, { passes: main.places.length, shortcut: shortcut !== undefined });
    this.#withScratch([size], (sums) =>
      mapGradient({
        ...task,
        relu: relu.kind === 'map' ? { ...relu, border: 1 } : relu,
        sums: sums!,
        lanes: this.#tuning.lanes,
      }),
    );
  }

  filterGradient(task: FilterGradientTask): void {
    this.#filters.add(task, filterTile(this.#tuning, task));
  }

  /** A strided convolution's input gradient takes a kernel of its own, which adds no skip. */
  inputGradient(task: InputGradientTask): void {
    const { name, input, dy, dx, dxBorder, add, skip, pool, of } = task;
    const w = this.#turned.get(name);
    if (w === undefined) throw new Error(`input gradient: ${name} has no turned filter`);
    if (dxBorder !== 0 || (task.stride === 1 ? add : skip))
      throw new Error(`input gradient: ${name} must be written as this executor's layout has it`);
    const pooled = pool ? { pool } : {};
    if (task.stride !== 1) {
      const tile = stridedTile(this.#tuning, task);
      this.#record(stridedGradient({ ...task, ...pooled, dyBorder: 1, w, tile }));
      return;
    }
    const back = {
      input: { ...outputShape(task), border: 1 },
      outputs: input.channels,
      kernel: task.kernel,
      stride: 1,
      padding: task.kernel - 1 - task.padding,
    };
    const tile = convolutionTile(this.#tuning, back);
    const past = skip ? { skip: { outGradient: skip.gradient, output: skip.output, border: 1 } } : {};
    this.#record(convolution({ ...back, ...past, ...pooled, x: dy, w, y: dx, tile, of }));
  }

  globalPool({ map, x, y, of }: GlobalPoolTask): void {
    this.#record(globalPool({ ...map, x, y, split: this.#tuning.poolSplit, of }));
  }

  spread(task: SpreadTask): void {
    this.#record(spread(task));
  }

  maxPool(task: MaxPoolTask): void {
    this.#record(maxPool(task));
  }

  maxPoolGradient(task: MaxPoolGradientTask): void {
    this.#record(maxPoolGradient(task));
  }

  linear(task: LinearTask): void {
    this.#record();
    this.#before.hold(task);
  }

  linearGradient(task: LinearGradientTask): void {
    const after = this.#after.into(task);
    this.#record(linearGradient(task, after));
  }

  rowNorm(task: RowNormTask): void {
    const { x: matrix, rows, passes, firstPass } = task;
    const linear = this.#before.into({ matrix, rows: passes * rows, firstRow: firstPass * rows });
    this.#record(rowNorm({ ...task, linear, relu: true }));
  }

  rowNormGradient(task: RowNormGradientTask): void {
    this.#record();
    this.#after.hold({ kind: 'norm', task });
  }

  gateSample(task: GateSampleTask): void {
    const { logits: matrix, images, gatedPasses, firstGated } = task;
    const rows = { rows: gatedPasses * images, firstRow: firstGated * images };
    this.#record(gateSample({ ...task, linear: this.#before.into({ matrix, ...rows }) }));
  }

  gateGradient(task: GateGradientTask): void {
    this.#record();
    this.#after.hold({ kind: 'gate', task });
  }

  budget({ blocks, ...task }: BudgetTask): void {
    const { gates, gatedPasses } = task;
    this.#record(
      ...budgetDispatches({
        ...task,
        blocks: blocks.map((block) => ({ ...block, offset: (block.gates.offset - gates.offset) / 4 })),
        counts: this.#memory.allocate('open gates', gatedPasses * blocks.length),
        of: 'budget',
      }),
    );
  }

  vicreg(task: VicregTask): void {
    const { n, d, pairs } = task;
    const sizes = vicregScratch(n, d, pairs);
    this.#withScratch(
      [sizes.centred, sizes.products, sizes.shares, sizes.squares],
      (centred, products, shares, squares) =>
        vicregDispatches({
          ...task,
          scratch: { centred: centred!, products: products!, shares: shares!, squares: squares! },
        }),
    );
  }

  stepTerms(task: StepTermsTask): void {
    const { pairs, n, d, z, dz, step, distillationValue } = task;
    const distances = pairs.some(({ distillation }) => distillation !== null)
      ? {
          span: this.#memory.allocate('distances', 4 * quads(d) * pairs.length),
          quads: quads(d),
          slope: distillationValue,
        }
      : null;
    this.#record(
      termGradients({
        pairs,
        z,
        dz,
        distances: distances?.span ?? null,
        slope: 2 * distillationValue,
        step,
        n,
        d,
      }),
      stepTerms({ ...task, distances }),
    );
  }

  descend({ ring, slots, ...task }: DescendTask): void {
    const { tensors } = task;
    this.#filters.finish();
    this.#record(
      ...descendDispatches({
        ...task,
        table: this.#upload('tensors', descendTable(tensors)),
        scratch: this.#memory.allocate('norms', descendScratch(tensors)),
        norms: { ring, slots, quads: TERMS_FLOATS / 4 },
      }),
    );
  }

  haltRestore(task: HaltRestoreTask): void {
    this.#record(haltRestore(task));
  }

  views(task: ViewsTask): void {
    const { size, views } = task;
    this.#withScratch([viewScratch(size, views)], (scratch) =>
      viewsDispatches({
        ...task,
        tables: this.#upload('resampling', viewTables(size)),
        scratch: scratch!,
        of: 'views',
      }),
    );
  }

  evaluationInput({ count, ...task }: EvaluationInputTask): void {
    this.#record(evaluationInput({ ...task, from: 0, to: count, of: 'views' }));
  }

  /** Records dispatches after what is held. */
  #record(...dispatches: readonly Dispatch[]): void {
    this.dispatches.push(...this.#before.release(), ...this.#after.release(), ...dispatches);
  }

  #upload(name: string, data: Upload['data']): Span {
    const span = this.#memory.allocate(name, data.length);
    this.uploads.push({ span, data });
    return span;
  }

  /** Records dispatches that use scratch buffers, which are free again after them. */
  #withScratch(
    sizes: readonly number[],
    dispatchesOf: (...scratch: readonly Span[]) => readonly Dispatch[],
  ): void {
    const taken = sizes.map((words) => this.#memory.take('scratch', words));
    this.#record(...dispatchesOf(...taken));
    for (const span of taken) this.#memory.give(span);
  }
}
