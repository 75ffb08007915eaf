import type { Evaluation } from '../evaluate/evaluation.ts';
import { KEPT_NEIGHBOURS, nearestOthers } from '../evaluate/maps/nearestOthers.ts';
import { pca } from '../evaluate/maps/pca.ts';
import { aligned } from '../evaluate/maps/procrustes.ts';
import { COLD_EPOCHS, spread, umapLayout, WARM_EPOCHS } from '../evaluate/maps/umap.ts';
import { movedRows } from '../evaluate/sample.ts';
import type { Branch } from '../metrics.ts';
import { stream } from '../random.ts';
import type { MapLayout, Moment } from '../run/moment.ts';
import type { DialMapOrder } from './door/dialOrder.ts';
import type { OnWork } from './laboratory.ts';

/** With fewer images there is no UMAP. */
const LEAST = 4;

/** Draws the maps of a dial one after another, each turned to the same target and started from the last. */
export class DialMaps {
  #target: Float32Array | null;
  /** Where the next UMAP starts. */
  #start: Float32Array | null;

  constructor(
    private readonly order: DialMapOrder,
    private readonly step: number,
  ) {
    this.#target = order.target;
    this.#start = order.target;
  }

  /**
   * Map, gates and neighbours of the map images.
   * @param onWork may wait, and throws to cancel
   */
  async moment(branch: Branch, evaluation: Evaluation, onWork: OnWork): Promise<Moment> {
    const { epoch } = this.order;
    const { places, gates } = evaluation;
    const from = places.subarray(0, this.order.images);
    const to = Uint32Array.from(from, (_, image) => image);
    const shown = <T extends Float32Array | Uint8Array>(values: T) =>
      movedRows(values, values.length / places.length, from, to);
    const at = { epoch, step: this.step };
    const features = shown(evaluation.features[branch]!);
    const dimension = features.length / from.length;
    const nearest = await nearestOthers(features, dimension, KEPT_NEIGHBOURS, async () => {
      await onWork(0, 1);
      return true;
    });
    const layout = await this.#layout(features, from.length, onWork);
    return {
      ...at,
      maps: { [branch]: { ...at, ...layout } },
      gates: gates.length > 0 ? { ...at, blocks: gates.map(shown) } : null,
      nearest: nearest && { ...at, count: from.length, branches: { [branch]: nearest } },
    };
  }

  async #layout(
    features: Float32Array,
    images: number,
    onWork: OnWork,
  ): Promise<Pick<MapLayout, 'projection' | 'neighbours' | 'xy'>> {
    const dimension = features.length / images;
    const flat = pca(features, dimension);
    const { umap } = this.order;
    if (umap === null || images < LEAST)
      return { projection: 'pca', neighbours: null, xy: this.#turned(flat, images) };
    const start = this.#start?.length === 2 * images ? this.#start : null;
    const epochs = start ? WARM_EPOCHS : COLD_EPOCHS;
    const neighbours = Math.min(umap.neighbours, images - 1);
    const random = stream(umap.seed, 'map');
    const problem = { features, dimension, start: start ?? spread(flat), epochs, neighbours, random };
    const layout = await umapLayout(problem, async (done, total) => {
      await onWork(done, total);
      return true;
    });
    const xy = this.#turned(layout ?? flat, images);
    this.#start = xy;
    return { projection: 'umap', neighbours, xy };
  }

  #turned(layout: Float32Array, images: number): Float32Array {
    const xy = this.#target ? aligned(layout, this.#target.subarray(0, 2 * images)) : layout;
    this.#target ??= xy;
    return xy;
  }
}
