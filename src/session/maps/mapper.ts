import { type GoesOn, KEPT_NEIGHBOURS, nearestOthers } from '../../evaluate/maps/nearestOthers.ts';
import { pca } from '../../evaluate/maps/pca.ts';
import { aligned, midway } from '../../evaluate/maps/procrustes.ts';
import { COLD_EPOCHS, spread, umapLayout, WARM_EPOCHS } from '../../evaluate/maps/umap.ts';
import { type Branch, branchEntries } from '../../metrics.ts';
import { stream } from '../../random.ts';
import {
  type MapCommand,
  type MapEvent,
  type MapRequest,
  type MapSettings,
  type NearestEvent,
  UMAP_SETTINGS,
  type UmapSettings,
} from '../door/mapProtocol.ts';

/**
 * Draws maps, one request at a time. A newer request ends the older one at the next pause in its work. Each
 * layout is turned, mirrored and moved to match the layout before it and the dense one: maps then change
 * smoothly, and the same image has a similar place in all branches.
 * @param post receives the events of the current request; the layouts are copies and may be transferred
 * @param breathe resolves after waiting messages have been handled
 */
export function mapper(
  post: (event: MapEvent) => void,
  breathe: () => Promise<void>,
): (command: MapCommand) => Promise<void> {
  /** Changes with every command. Work for an earlier command ends. */
  let turn = 0;
  let newest: MapRequest | null = null;
  let settings: MapSettings = 'quick';
  const umaps = new Finished();
  const pcas = new Finished();

  async function draw(request: MapRequest, isCurrent: () => boolean): Promise<void> {
    const { run, epoch, step, count } = request;
    const by = settings;
    const evaluation = { kind: 'map', run, epoch, step } as const;
    const branches = denseFirst(request);
    let dense: Float32Array | null = null;
    const projections = new Map<Branch, Float32Array>();
    for (const branch of branches) {
      const drawn = pca(request.features[branch]!, request.features[branch]!.length / count);
      const xy = towards(drawn, pcas.of(request, branch), dense);
      pcas.keep(request, branch, xy, by);
      projections.set(branch, xy);
      if (branch === 'dense') dense = xy;
      post({
        ...{ ...evaluation, projection: 'pca', branch, xy: xy.slice(), neighbours: null },
        ...(by === 'pca' && { instead: true }),
      });
    }
    await breathe();
    const nearest = await nearestOf(request, async () => {
      await breathe();
      return isCurrent();
    });
    if (nearest === null || !isCurrent()) return;
    post({ kind: 'nearest', run, epoch, step, count, branches: nearest });
    if (by === 'pca') {
      // There is nothing more to come, also of a UMAP that this request ended.
      post({ kind: 'mapProgress', run, epoch, done: 1, total: 1 });
      return;
    }
    const { neighbours, seed } = UMAP_SETTINGS[by];
    const plans = branches.map((branch) => {
      const before = umaps.whole(request, branch, by);
      // Beside a dense map, the others need no cold start, because they start from it.
      const warm = before !== null || (branch !== 'dense' && branches[0] === 'dense');
      return { branch, before, epochs: warm ? WARM_EPOCHS : COLD_EPOCHS };
    });
    const total = plans.reduce((sum, { epochs }) => sum + epochs, 0);
    let finished = 0;
    dense = null;
    const drawn: { readonly branch: Branch; readonly xy: Float32Array }[] = [];
    for (const { branch, before, epochs } of plans) {
      if (!isCurrent()) return;
      const features = request.features[branch]!;
      const start: Float32Array = before ?? dense ?? spread(projections.get(branch)!);
      const layout = await umapLayout(
        {
          ...{ features, dimension: features.length / count, start, epochs, neighbours },
          random: stream(seed ?? request.seed, 'map'),
        },
        async (done) => {
          if (!isCurrent()) return false;
          post({ kind: 'mapProgress', run, epoch, done: finished + done, total });
          await breathe();
          return isCurrent();
        },
      );
      if (layout === null) return;
      // The last layout by other settings is not used as a start. It only shows how the map was turned.
      const xy = towards(layout, umaps.of(request, branch) ?? (dense ? null : start), dense);
      umaps.keep(request, branch, xy, by);
      drawn.push({ branch, xy: xy.slice() });
      finished += epochs;
      if (branch === 'dense') dense = xy;
    }
    const used = Math.min(neighbours, count - 1);
    for (const one of drawn) post({ ...evaluation, projection: 'umap', ...one, neighbours: used });
  }

  return async (command) => {
    if (command.kind === 'drawn') {
      for (const [branch, map] of branchEntries(command.maps)) {
        const { projection, neighbours, xy } = map;
        if (projection === 'pca') pcas.keep(command, branch, xy, 'pca');
        else umaps.keep(command, branch, xy, settingsOf(neighbours, xy.length / 2));
      }
      return;
    }
    if (command.kind === 'settings') {
      if (command.settings === settings) return;
      settings = command.settings;
    } else newest = command;
    const request = newest;
    const own = ++turn;
    if (request === null) return;
    try {
      await draw(request, () => own === turn);
    } catch (error) {
      if (own !== turn) return;
      const message = error instanceof Error ? error.message : String(error);
      post({ kind: 'mapFailed', run: request.run, epoch: request.epoch, message });
    }
  };
}

/** The nearest images by the features of each branch; null if `goesOn` ended the search. */
async function nearestOf(
  { count, features }: MapRequest,
  goesOn: GoesOn,
): Promise<NearestEvent['branches'] | null> {
  const found: Partial<Record<Branch, Uint16Array>> = {};
  for (const [branch, values] of branchEntries(features)) {
    const nearest = await nearestOthers(values, values.length / count, KEPT_NEIGHBOURS, goesOn);
    if (nearest === null) return null;
    found[branch] = nearest;
  }
  return found;
}

/** The settings by which `count` images get a UMAP of so many neighbours; null if there are none. */
function settingsOf(neighbours: number | null, count: number): UmapSettings | null {
  const all = Object.keys(UMAP_SETTINGS) as UmapSettings[];
  return all.find((by) => Math.min(UMAP_SETTINGS[by].neighbours, count - 1) === neighbours) ?? null;
}

/**
 * The dense branch first. The others start from its map, so that an image starts in the same place in all
 * maps.
 */
function denseFirst({ features }: MapRequest): Branch[] {
  const branches = branchEntries(features).map(([branch]) => branch);
  return branches.sort((a, b) => Number(b === 'dense') - Number(a === 'dense'));
}

/** A layout aligned to those of the two others that exist. */
function towards(
  layout: Float32Array,
  before: Float32Array | null,
  dense: Float32Array | null,
): Float32Array {
  const target = before && dense ? midway(before, dense) : (before ?? dense);
  return target ? aligned(layout, target) : layout;
}

/** The last layout of each branch of one run. */
class Finished {
  #run = '';
  readonly #layouts = new Map<Branch, { readonly xy: Float32Array; readonly by: MapSettings | null }>();

  /**
   * The first points of the request, as far as the last layout has them: an evaluation on few images shows
   * the first of them only. Null if there is no layout.
   */
  of({ run, count }: MapRequest, branch: Branch): Float32Array | null {
    const layout = this.#run === run ? this.#layouts.get(branch) : undefined;
    return layout?.xy.subarray(0, 2 * count) ?? null;
  }

  /** All points of the request, by these settings; null if there is no such layout. */
  whole(request: MapRequest, branch: Branch, by: MapSettings): Float32Array | null {
    const xy = this.of(request, branch);
    return xy?.length === 2 * request.count && this.#layouts.get(branch)?.by === by ? xy : null;
  }

  /** @param by the settings that drew it; null if they are not known */
  keep({ run }: { readonly run: string }, branch: Branch, xy: Float32Array, by: MapSettings | null): void {
    if (this.#run !== run) this.#layouts.clear();
    this.#run = run;
    this.#layouts.set(branch, { xy, by });
  }
}
