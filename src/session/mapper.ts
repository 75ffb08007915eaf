import { pca } from '../evaluate/pca.ts';
import { spread, umapLayout } from '../evaluate/umap.ts';
import type { Branch } from '../metrics.ts';
import { stream } from '../random.ts';
import type { MapEvent, MapRequest } from './mapProtocol.ts';

/** Dense first: the gated map grows out of it, so that twins start in the same place. */
const BRANCHES: readonly Branch[] = ['dense', 'gated'];

/** Epochs from a PCA: by then neighbourhoods are as pure as after umap-js's own 500. */
const COLD_EPOCHS = 200;
/** Epochs from a UMAP of nearly the same features: more would only let points wander. */
const WARM_EPOCHS = 50;

/**
 * Draws maps, one request at a time: a newer one ends the older between two slices of its work.
 * @param post takes the events of the request that is current; the layouts are copies, free to be transferred
 * @param breathe resolves after waiting messages have been handled
 */
export function mapper(
  post: (event: MapEvent) => void,
  breathe: () => Promise<void>,
): (request: MapRequest) => Promise<void> {
  let current: MapRequest | null = null;
  const finished = new FinishedLayouts();

  async function draw(request: MapRequest): Promise<void> {
    const branches = BRANCHES.filter((branch) => request.features[branch] !== undefined);
    const post2d = (projection: 'pca' | 'umap', branch: Branch, xy: Float32Array) => {
      const { run, epoch, step } = request;
      post({ kind: 'map', run, epoch, step, projection, branch, xy: xy.slice() });
    };
    const projections = new Map(
      branches.map((branch) => [branch, pca(request.features[branch]!, request.dimension)]),
    );
    for (const [branch, xy] of projections) post2d('pca', branch, xy);
    await breathe();
    const plans = branches.map((branch, place) => {
      const warm = finished.has(request, branch) || place > 0;
      return { branch, epochs: warm ? WARM_EPOCHS : COLD_EPOCHS };
    });
    const total = plans.reduce((sum, { epochs }) => sum + epochs, 0);
    let before = 0;
    let twin: Float32Array | null = null;
    for (const { branch, epochs } of plans) {
      if (current !== request) return;
      const start: Float32Array = finished.of(request, branch) ?? twin ?? spread(projections.get(branch)!);
      const layout = await umapLayout(
        {
          features: request.features[branch]!,
          dimension: request.dimension,
          start,
          epochs,
          random: stream(request.seed, 'map'),
        },
        async (done) => {
          if (current !== request) return false;
          post({ kind: 'mapProgress', run: request.run, epoch: request.epoch, done: before + done, total });
          await breathe();
          return current === request;
        },
      );
      if (layout === null) return;
      finished.keep(request, branch, layout);
      post2d('umap', branch, layout);
      before += epochs;
      twin = layout;
    }
  }

  return async (request) => {
    current = request;
    try {
      await draw(request);
    } catch (error) {
      if (current !== request) return;
      const message = error instanceof Error ? error.message : String(error);
      post({ kind: 'mapFailed', run: request.run, epoch: request.epoch, message });
    }
  };
}

/** The last layout of each branch of one run, to start the next from. */
class FinishedLayouts {
  #run = '';
  readonly #layouts = new Map<Branch, Float32Array>();

  has(request: MapRequest, branch: Branch): boolean {
    return this.of(request, branch) !== null;
  }

  /** Null when there is none, or when it was of other points. */
  of({ run, features, dimension }: MapRequest, branch: Branch): Float32Array | null {
    const layout = this.#run === run ? this.#layouts.get(branch) : undefined;
    const points = (features[branch]?.length ?? 0) / dimension;
    return layout?.length === 2 * points ? layout : null;
  }

  keep({ run }: MapRequest, branch: Branch, layout: Float32Array): void {
    if (this.#run !== run) this.#layouts.clear();
    this.#run = run;
    this.#layouts.set(branch, layout);
  }
}
