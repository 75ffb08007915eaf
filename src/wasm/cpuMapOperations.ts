import { outputShape } from '../plan/convolutionShape.ts';
import type { MapShape } from '../plan/maps.ts';
import type { Span, Storage } from '../plan/memory.ts';
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
  type Skip,
  type SpreadTask,
  type TurnedFilter,
} from '../plan/tasks/mapTasks.ts';
import { convolution, filterGradient, inputGradient, turnedBytes, turnedFilters } from './convolution.ts';
import { CpuRecorder } from './cpuRecorder.ts';
import {
  inferenceConvolution,
  type OpenConvolution,
  openBytes,
  openChannels,
  openConvolution,
  scratchBytes,
} from './inference.ts';
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
import type { MapAt } from './maps.ts';
import { globalPool, maxPool, maxPoolGradient, spread } from './pools.ts';
import { CPU_LAYOUT } from './weightLayout.ts';

/** The operations on maps as calls of kernels. */
export abstract class CpuMapOperations extends CpuRecorder {
  readonly layout = CPU_LAYOUT;
  /** The turned copies of filters, by their convolutions' names. */
  readonly #turned = new Map<string, Span>();
  /** Convolutions in evaluation, by their outputs, until what follows records them with itself. */
  readonly #held = new Map<Storage, NormedConvolutionTask>();
  /** Tables of open channels, by the gates. */
  readonly #open = new Map<Storage, Span>();

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
    if (mode === 'evaluation') {
      const [channels, place] = [task.outputs, places[0]!];
      this.runningNorm({ channels, passes: 1, place, parameters, running, norm, of: task.of });
      this.#held.set(task.y.buffer, task);
      return;
    }
    const y = this.map(outputShape(task), task.y);
    const window = { kernel, stride, padding };
    this.record(convolution({ ...window, x: this.map(input, x), w: this.at(w), y }));
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

  activation(task: ActivationTask): void {
    const held = this.#taken(task.x);
    if (held !== undefined) {
      this.#evaluate(held, task);
      return;
    }
    const { map, perPass, x, norm, y, gates, skip } = task;
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

  /** The held convolution whose output this is; it is held no more. */
  #taken({ buffer }: Span): NormedConvolutionTask | undefined {
    const held = this.#held.get(buffer);
    this.#held.delete(buffer);
    return held;
  }

  /** A convolution in evaluation, and what follows it. */
  #evaluate(held: NormedConvolutionTask, { map, y: output, gates, skip }: ActivationTask): void {
    const { x, input, w, norm, kernel, stride, padding, inputGates } = held;
    const y = this.map(map, output);
    const layer = {
      ...{ kernel, stride, padding, relu: true, y, clearsBorder: true },
      x: this.map(input, x),
      w: this.at(w),
      norm: this.at(norm),
    };
    if (gates) {
      this.openConvolution(layer, gates);
      return;
    }
    const shortcut = skip?.kind === 'convolution' ? this.#taken(skip.map) : undefined;
    if (shortcut) {
      const own = { kernel: shortcut.kernel, stride: shortcut.stride, padding: shortcut.padding };
      const [from, to] = [this.map(shortcut.input, shortcut.x), this.map(outputShape(shortcut), shortcut.y)];
      this.record(convolution({ ...own, x: from, w: this.at(shortcut.w), y: to }));
    }
    this.record(
      inferenceConvolution({
        ...layer,
        ...(skip ? { skip: this.#skipOf(skip, map) } : {}),
        ...(inputGates ? this.openOf(inputGates) : {}),
      }),
    );
  }

  #skipOf(skip: Skip, map: MapShape): { readonly map: MapAt; readonly norm?: number } {
    if (skip.kind === 'input') return { map: this.map(map, skip.map) };
    return { map: this.map({ ...map, border: 0 }, skip.map), norm: this.at(skip.norm) };
  }

  /** A convolution of which images leave out the outputs that their gates close. */
  protected openConvolution(layer: Omit<OpenConvolution, 'gates' | 'open' | 'scratch'>, gates: Span): void {
    const open = this.memory.allocate('open channels', openBytes(layer.y) / 4);
    this.#open.set(gates.buffer, open);
    const at = { gates: this.at(gates), open: this.at(open) };
    this.record(openChannels(layer.y, at.gates, at.open));
    this.withScratch([scratchBytes(layer)], (scratch) => [
      openConvolution({ ...layer, ...at, scratch: scratch! }),
    ]);
  }

  /** The table of the channels that gates leave open, where `openConvolution` wrote the map; else none. */
  protected openOf(gates: Span): { readonly open?: number } {
    const open = this.#open.get(gates.buffer);
    return open === undefined ? {} : { open: this.at(open) };
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
