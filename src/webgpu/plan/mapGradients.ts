import { outputShape } from '../../plan/convolutionShape.ts';
import type { MapShape } from '../../plan/maps.ts';
import type { Memory, Span } from '../../plan/memory.ts';
import type { InputGradientTask, MapGradientTask, SpreadTask } from '../../plan/tasks/mapTasks.ts';
import { convolution, tilesOf } from '../kernels/convolution/convolution.ts';
import { stridedGradient, stridedTilesOf } from '../kernels/convolution/convolutionGradients.ts';
import { convolutionTile, stridedTile, type Tuning } from '../kernels/convolution/tuning.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { type Arrival, sumsSize } from '../kernels/norm/arrival.ts';
import { coefficientsSize, mapGradient, mapGradientSums } from '../kernels/norm/mapNorm.ts';
import { spread } from '../kernels/pool/spread.ts';

/** A gradient of a map whose dispatch is not recorded yet. */
interface Held {
  readonly dx: Span;
  /** Taken while what the dispatch reads is still taken. */
  readonly sums: Span;
  readonly tilesPerImage: number;
  dispatch(arrival?: Arrival): Dispatch;
  /** The input gradient of a strided convolution, to which that of the block's shortcut may come. */
  readonly strided: { readonly task: InputGradientTask; readonly w: Span } | null;
}

/**
 * Gradients of maps. Each is held until it is known at which ReLU it arrives: then one dispatch makes it,
 * keeps what the ReLU lets through, and sums it up for the BatchNorm in front. So a gradient that came to a
 * block's output is already 0 where the block's ReLU was closed when the block's skip reads it.
 */
export class MapGradients {
  #held: Held | null = null;

  /** @param record records dispatches after those before them, what is held included */
  constructor(
    private readonly memory: Memory,
    private readonly tuning: Tuning,
    private readonly record: (...dispatches: readonly Dispatch[]) => void,
  ) {}

  /** The dispatch of what is held, which then arrives at no ReLU; none if there is nothing. */
  release(): readonly Dispatch[] {
    if (this.#held === null) return [];
    const { sums, dispatch } = this.#held;
    this.#held = null;
    this.memory.give(sums);
    return [dispatch()];
  }

  spread(task: SpreadTask): void {
    const { y: dx, map } = task;
    this.hold({ dx, map, tilesPerImage: map.width }, (arrival) => spread({ ...task, arrival }));
  }

  /** @param w the turned filter */
  inputGradient(task: InputGradientTask, w: Span): void {
    if (task.add) this.addShortcut(task, w);
    else if (task.stride === 1) this.convolve(task, w);
    else {
      const { input, dx, pool } = task;
      const tile = stridedTile(this.tuning, task);
      const all = { ...task, pool, dyBorder: 1, w, tile };
      this.hold(
        { dx, map: { ...input, border: 0 }, tilesPerImage: stridedTilesOf(task, tile).perImage },
        (arrival) => stridedGradient({ ...all, arrival }),
        { task, w },
      );
    }
  }

  private convolve(task: InputGradientTask, w: Span): void {
    const { input, dy, dx, skip, pool, of } = task;
    const back = {
      input: { ...outputShape(task), border: 1 },
      outputs: input.channels,
      kernel: task.kernel,
      stride: 1,
      padding: task.kernel - 1 - task.padding,
    };
    const tile = convolutionTile(this.tuning, back);
    const map = { ...input, border: 0 };
    const all = { ...back, x: dy, w, y: dx, past: skip?.gradient, pool, tile, of };
    this.hold({ dx, map, tilesPerImage: tilesOf(map, tile).perImage }, (arrival) =>
      convolution({ ...all, arrival }),
    );
  }

  /** The gradient of a shortcut's input goes into the dispatch of the block's strided convolution. */
  private addShortcut(task: InputGradientTask, w: Span): void {
    const held = this.#held;
    if (held === null || held.strided === null || !same(held.dx, task.dx))
      throw new Error(`input gradient: ${task.name} must follow that of the convolution that it is added to`);
    const { task: first, w: firstW } = held.strided;
    const tile = stridedTile(this.tuning, first);
    const shortcut = { dy: task.dy, w };
    const all = { ...first, dyBorder: 1, w: firstW, shortcut, tile };
    this.#held = { ...held, strided: null, dispatch: (arrival) => stridedGradient({ ...all, arrival }) };
  }

  mapGradient({ relu, gradientBorder, shortcut, ...task }: MapGradientTask): void {
    const { map, main, gradient, of } = task;
    if (gradientBorder !== 0)
      throw new Error(`map gradient: a gradient must have no border here, got ${gradientBorder}`);
    const passes = main.places.length;
    const gate = relu.kind === 'norm' ? relu.gate : undefined;
    const { sums, tilesPerImage } = this.arrive(map, gradient, of, {
      x: main.x,
      x2: shortcut?.x,
      relu:
        relu.kind === 'map'
          ? { ...relu, border: 1 }
          : { kind: 'norm', norm: main.norm, perPass: map.images / passes, gated: gate !== undefined },
    });
    const coefficients = this.memory.take('scratch', coefficientsSize(map, passes));
    const { lanes } = this.tuning;
    this.record(...mapGradient({ ...task, shortcut, gate, sums, tilesPerImage, coefficients, lanes }));
    for (const span of [sums, coefficients]) this.memory.give(span);
  }

  /** Records what makes the gradient, or what sums it up where something else made it. */
  private arrive(
    map: MapShape,
    gradient: Span,
    of: string,
    arrival: Omit<Arrival, 'sums'>,
  ): Pick<Held, 'sums' | 'tilesPerImage'> {
    const held = this.#held;
    if (held !== null && same(held.dx, gradient)) {
      this.#held = null;
      this.record(held.dispatch({ ...arrival, sums: held.sums }));
      return held;
    }
    if (arrival.relu.kind === 'norm' || arrival.x2)
      throw new Error(`map gradient: ${of} must follow the operation that makes its gradient`);
    const sums = this.memory.take('scratch', sumsSize(map, map.width));
    this.record(mapGradientSums(map, gradient, { ...arrival, sums }, of));
    return { sums, tilesPerImage: map.width };
  }

  private hold(
    { dx, map, tilesPerImage }: Pick<Held, 'dx' | 'tilesPerImage'> & { readonly map: MapShape },
    dispatch: Held['dispatch'],
    strided: Held['strided'] = null,
  ): void {
    this.record();
    const sums = this.memory.take('scratch', sumsSize(map, tilesPerImage));
    this.#held = { dx, sums, tilesPerImage, dispatch, strided };
  }
}

function same(a: Span, b: Span): boolean {
  return a.buffer === b.buffer && a.offset === b.offset;
}
