import { outputShape } from '../plan/convolutionShape.ts';
import type { Span } from '../plan/memory.ts';
import {
  type ActivationTask,
  type FilterGradientTask,
  type GlobalPoolTask,
  type InputGradientTask,
  type MapGradientTask,
  type MaxPoolGradientTask,
  type MaxPoolTask,
  type NormedConvolutionTask,
  type NormPlace,
  pooledShape,
  type RunningNormTask,
  type SpreadTask,
  type TurnedFilter,
} from '../plan/tasks/mapTasks.ts';
import { convolution, filterGradient, inputGradient, turnedBytes, turnedFilters } from './convolution.ts';
import { CpuRecorder } from './cpuRecorder.ts';
import {
  activation,
  batchStatistics,
  imageMoments,
  mapGradient,
  momentsBytes,
  normBytes,
  runningNorm,
  sumsBytes,
} from './mapNorm.ts';
import { globalPool, maxPool, maxPoolGradient, spread } from './pools.ts';
import { CPU_LAYOUT } from './weightLayout.ts';

/** The operations on maps as calls of kernels. */
export abstract class CpuMapOperations extends CpuRecorder {
  readonly layout = CPU_LAYOUT;
  /** The turned copies of filters, by their convolutions' names. */
  readonly #turned = new Map<string, Span>();

  turnFilters({
    parameters,
    filters,
  }: {
    readonly parameters: Span;
    readonly filters: readonly TurnedFilter[];
  }): void {
    for (const { name, from, ...filter } of filters) {
      const turned = this.memory.allocate(`${name} turned`, turnedBytes(filter, filter) / 4);
      this.#turned.set(name, turned);
      this.record(...turnedFilters(filter, filter, this.at(parameters) + 4 * from, this.at(turned)));
    }
  }

  normedConvolution(task: NormedConvolutionTask): void {
    const { x, input, w, norm, places, parameters, running, mode, kernel, stride, padding } = task;
    const y = this.map(outputShape(task), task.y);
    const window = { kernel, stride, padding };
    this.record(convolution({ ...window, x: this.map(input, x), w: this.at(w), y }));
    if (mode === 'evaluation') {
      const [channels, passes, place] = [y.channels, places.length, places[0]!];
      this.runningNorm({ channels, passes, place, parameters, running, norm, of: task.of });
      return;
    }
    const perPass = y.images / places.length;
    const at = places.map((place) => this.placesOf(task, place));
    this.withScratch([momentsBytes(y)], (moments) => [
      imageMoments(y, moments!),
      ...batchStatistics({ x: y, norm: this.at(norm), moments: moments!, perPass, places: at }),
    ]);
  }

  runningNorm(task: RunningNormTask): void {
    const { channels, passes, place, norm } = task;
    for (let pass = 0; pass < passes; pass++)
      this.record(
        runningNorm(channels, this.placesOf(task, place), this.at(norm) + pass * normBytes(channels)),
      );
  }

  activation({ map, perPass, x, norm, y, gates, skip }: ActivationTask): void {
    const inner = { ...map, border: 0 };
    const past =
      skip === undefined
        ? {}
        : {
            skip:
              skip.kind === 'input'
                ? { map: this.at(skip.map) }
                : { x: this.map(inner, skip.map), norm: this.at(skip.norm) },
          };
    this.record(
      activation({
        x: this.map(inner, x),
        norm: this.at(norm),
        perPass,
        y: this.map(map, y),
        ...(gates ? { gates: this.at(gates) } : {}),
        ...past,
      }),
    );
  }

  mapGradient(task: MapGradientTask): void {
    const { map, gradient, gradientBorder, main, relu, shortcut, gradients, dx } = task;
    if (relu.kind === 'map' && gradientBorder !== this.layout.gradientBorder)
      throw new Error(
        `map gradient: a gradient must lie as the ReLU's output does, got a border of ${gradientBorder}`,
      );
    const passes = main.places.length;
    const affineOf = (places: readonly NormPlace[]) =>
      places.map(({ affine }) => this.at(gradients) + 4 * affine);
    const normed = ({ x, norm }: { readonly x: Span; readonly norm: Span }) => ({
      x: this.map(map, x),
      norm: this.at(norm),
    });
    const gate = relu.kind === 'norm' ? relu.gate : undefined;
    this.withScratch([sumsBytes(map), 2 * passes * normBytes(map.channels)], (sums, table) =>
      mapGradient({
        ...normed(main),
        perPass: map.images / passes,
        gradient: this.map({ ...map, border: gradientBorder }, gradient),
        relu:
          relu.kind === 'map'
            ? {
                kind: 'end',
                output: this.at(relu.output),
                ...(shortcut ? { shortcut: normed(shortcut) } : {}),
              }
            : {
                kind: 'inner',
                ...(gate ? { gates: this.at(gate.gates), gateGradient: this.at(gate.gradient) } : {}),
              },
        sums: sums!,
        table: table!,
        dx: this.at(dx),
        affine: affineOf(main.places),
        ...(shortcut ? { shortcut: { dx: this.at(shortcut.dx), affine: affineOf(shortcut.places) } } : {}),
      }),
    );
  }

  filterGradient(task: FilterGradientTask): void {
    const { x, input, dy, dw, kernel, stride, padding } = task;
    const output = { ...outputShape(task), border: 1 };
    this.record(
      filterGradient({
        ...{ kernel, stride, padding },
        x: this.map(input, x),
        dy: this.map(output, dy),
        dw: this.at(dw),
      }),
    );
  }

  inputGradient(task: InputGradientTask): void {
    const { name, input, dy, dx, dxBorder, add, skip, pool, kernel, stride, padding } = task;
    const turned = this.#turned.get(name);
    if (turned === undefined) throw new Error(`input gradient: ${name} has no turned filter`);
    this.record(
      ...inputGradient({
        ...{ kernel, stride, padding, add },
        dy: this.map({ ...outputShape(task), border: 1 }, dy),
        turned: this.at(turned),
        dx: this.map({ ...input, border: dxBorder }, dx),
        ...(skip ? { skip: { gradient: this.at(skip.gradient), output: this.at(skip.output) } } : {}),
        ...(pool ? { pool: { ...pool, gradient: this.at(pool.gradient) } } : {}),
      }),
    );
  }

  globalPool({ map, x, y }: GlobalPoolTask): void {
    this.record(globalPool(this.map(map, x), this.at(y)));
  }

  spread({ map, x, y }: SpreadTask): void {
    this.record(spread(this.at(x), this.map(map, y)));
  }

  maxPool({ map, x, y, taps }: MaxPoolTask): void {
    this.record(maxPool(this.map(map, x), this.at(y), this.at(taps)));
  }

  maxPoolGradient({ map, dy, taps, dx }: MaxPoolGradientTask): void {
    this.record(maxPoolGradient(this.map(pooledShape(map), dy), this.at(taps), this.map(map, dx)));
  }
}
