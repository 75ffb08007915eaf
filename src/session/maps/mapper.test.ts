import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { nearestOthers } from '../../evaluate/maps/nearestOthers.ts';
import { aligned } from '../../evaluate/maps/procrustes.ts';
import type { Branch } from '../../metrics.ts';
import { stream } from '../../random.ts';
import type { MapEvent, MapLayout, MapRequest } from '../door/mapProtocol.ts';
import { mapper } from './mapper.ts';

const DIMENSION = 5;
const COUNT = 60;

function features(seed: number, noise = 0): Float32Array {
  const random = stream(seed, 'init');
  const shaken = stream(seed + 50, 'init');
  return Float32Array.from(
    { length: COUNT * DIMENSION },
    (_, i) => random.normal() + 3 * (Math.floor(i / DIMENSION) % 3) + noise * shaken.normal(),
  );
}

function request(change: Partial<MapRequest> = {}): MapRequest {
  return {
    kind: 'layout',
    run: 'a',
    epoch: 1,
    step: 10,
    count: COUNT,
    features: { gated: features(1), dense: features(2) },
    seed: 4,
    ...change,
  };
}

function recorder() {
  const events: MapEvent[] = [];
  const draw = mapper(
    (event) => events.push(event),
    () => setImmediate(),
  );
  const layouts = () => events.filter((event): event is MapLayout => event.kind === 'map');
  const umap = (branch: Branch, epoch: number) =>
    layouts().find((map) => map.projection === 'umap' && map.branch === branch && map.epoch === epoch)?.xy;
  return { events, draw, layouts, umap };
}

/** Mean distance between the points of two layouts, in units of the mean radius of the first. */
function movement(from: Float32Array, to: Float32Array): number {
  let moved = 0;
  let radius = 0;
  for (let n = 0; n < from.length; n += 2) {
    moved += Math.hypot(to[n]! - from[n]!, to[n + 1]! - from[n + 1]!);
    radius += Math.hypot(from[n]!, from[n + 1]!);
  }
  return moved / radius;
}

function squares(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}

describe('mapper', () => {
  it('posts both PCAs first, then the dense UMAP, then the gated one', async () => {
    const { draw, layouts, events } = recorder();
    await draw(request());
    expect(layouts().map(({ projection, branch }) => `${projection} ${branch}`)).toEqual([
      'pca dense',
      'pca gated',
      'umap dense',
      'umap gated',
    ]);
    for (const { run, epoch, step, xy } of layouts()) {
      expect({ run, epoch, step }).toEqual({ run: 'a', epoch: 1, step: 10 });
      expect(xy.length).toBe(2 * COUNT);
      expect(xy.every(Number.isFinite)).toBe(true);
    }
    const progress = events.flatMap((event) => (event.kind === 'mapProgress' ? [event] : []));
    expect(progress.at(-1)).toMatchObject({ run: 'a', done: 250, total: 250 });
  });

  it('tells the nearest images by the features of each branch between PCA and UMAP', async () => {
    const { draw, events } = recorder();
    await draw(request());
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'mapProgress');
    expect(kinds).toEqual(['map', 'map', 'nearest', 'map', 'map']);
    const found = events.find((event) => event.kind === 'nearest')!;
    expect(found).toMatchObject({ run: 'a', epoch: 1, step: 10, count: COUNT });
    for (const [branch, seed] of [
      ['gated', 1],
      ['dense', 2],
    ] as const) {
      const nearest = await nearestOthers(features(seed), DIMENSION, 5, () => true);
      expect(found.branches[branch]).toEqual(nearest);
    }
  });

  it('follows the maps that a run had before it was gone on with', async () => {
    const before = recorder();
    await before.draw(request());
    const maps = Object.fromEntries(
      before.layouts().flatMap((map) => (map.projection === 'umap' ? [[map.branch, map]] : [])),
    );
    // The first component of the next features has the opposite sign.
    const turned = (seed: number) => features(seed, 0.1).map((value) => -value);
    const next = request({ epoch: 2, step: 20, features: { gated: turned(1), dense: turned(2) } });
    const [known, cold] = [recorder(), recorder()];
    await known.draw({ kind: 'drawn', run: 'a', maps });
    await known.draw(next);
    await cold.draw(next);
    const total = known.events.findLast((event) => event.kind === 'mapProgress');
    expect(total).toMatchObject({ done: 100, total: 100 });
    for (const branch of ['dense', 'gated'] as const) {
      const stood = before.umap(branch, 1)!;
      const moved = movement(stood, known.umap(branch, 2)!);
      expect(moved).toBeLessThan(0.3);
      expect(moved).toBeLessThan(0.5 * movement(stood, cold.umap(branch, 2)!));
    }
    // Maps of another run say nothing.
    const other = recorder();
    await other.draw({ kind: 'drawn', run: 'b', maps });
    await other.draw(next);
    expect(other.umap('dense', 2)).toEqual(cold.umap('dense', 2));
  });

  it('draws the same maps from the same request', async () => {
    const [one, two] = [recorder(), recorder()];
    await one.draw(request());
    await two.draw(request());
    expect(one.layouts()).toEqual(two.layouts());
  });

  it('draws the only branch of a system that has one', async () => {
    const { draw, layouts } = recorder();
    await draw(request({ features: { gated: features(1) } }));
    expect(layouts().map(({ projection, branch }) => `${projection} ${branch}`)).toEqual([
      'pca gated',
      'umap gated',
    ]);
  });

  it('draws every branch, the dense one first, whatever the length of their features', async () => {
    const { draw, layouts, umap } = recorder();
    const narrow = features(2, 0.1).filter((_, i) => i % DIMENSION < 3);
    await draw(request({ features: { slim50: narrow, dense: features(2), slim25: narrow } }));
    expect(layouts().map(({ projection, branch }) => `${projection} ${branch}`)).toEqual([
      ...['pca dense', 'pca slim50', 'pca slim25'],
      ...['umap dense', 'umap slim50', 'umap slim25'],
    ]);
    expect(movement(umap('dense', 1)!, umap('slim50', 1)!)).toBeLessThan(0.5);
  });

  it('turns a gated PCA the way of the dense one, and the next epoch’s the way of the last', async () => {
    const { draw, layouts } = recorder();
    // The first component of the other branch, and of the next epoch, has the opposite sign.
    const turned = features(2).map((value) => -value);
    await draw(request({ features: { dense: features(2), gated: turned } }));
    await draw(request({ epoch: 2, features: { dense: turned, gated: features(2) } }));
    const [first, ...others] = layouts().filter(({ projection }) => projection === 'pca');
    expect(others.length).toBe(3);
    for (const { xy } of others) expect(movement(first!.xy, xy)).toBeLessThan(1e-3);
  });

  it('draws present features anew by the paper’s settings, the same way round, and goes on with them', async () => {
    const { draw, layouts, umap } = recorder();
    await draw({ kind: 'settings', settings: 'quick' });
    expect(layouts()).toEqual([]);
    await draw(request());
    const quick = umap('dense', 1)!;
    await draw({ kind: 'settings', settings: 'quick' });
    expect(layouts().length).toBe(4);
    await draw({ kind: 'settings', settings: 'paper' });
    const anew = layouts()
      .slice(4)
      .filter(({ projection }) => projection === 'umap');
    expect(anew.map(({ branch, epoch, neighbours }) => [branch, epoch, neighbours])).toEqual([
      ['dense', 1, 50],
      ['gated', 1, 50],
    ]);
    expect(anew[0]!.xy).not.toEqual(quick);
    expect(squares(anew[0]!.xy, quick)).toBeLessThanOrEqual(
      1.000001 * squares(aligned(anew[0]!.xy, quick), quick),
    );
    await draw(request({ epoch: 2 }));
    expect(layouts().at(-1)).toMatchObject({ epoch: 2, projection: 'umap', neighbours: 50 });
    expect(movement(anew[0]!.xy, umap('dense', 2)!)).toBeLessThan(0.5);
  });

  it('draws the paper’s maps from its seed, not from the run’s', async () => {
    const [one, other] = [recorder(), recorder()];
    for (const [{ draw }, seed] of [
      [one, 4],
      [other, 5],
    ] as const) {
      await draw({ kind: 'settings', settings: 'paper' });
      await draw(request({ seed }));
    }
    expect(one.umap('dense', 1)).toEqual(other.umap('dense', 1));
    const quick = recorder();
    await quick.draw(request({ seed: 5 }));
    const again = recorder();
    await again.draw(request({ seed: 4 }));
    expect(quick.umap('dense', 1)).not.toEqual(again.umap('dense', 1));
  });

  it('gives both UMAPs at once, so that no map stands beside one of another evaluation', async () => {
    const { draw, events } = recorder();
    await draw(request());
    const kinds = events.slice(2).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['map', 'map']);
    expect(kinds[0]).toBe('nearest');
    expect(kinds.slice(1, -2).every((kind) => kind === 'mapProgress')).toBe(true);
  });

  it('ends a UMAP when PCA is wanted instead, and draws by PCA from then on', async () => {
    const events: MapEvent[] = [];
    let instead: Promise<void> | undefined;
    const draw = mapper(
      (event) => {
        events.push(event);
        if (event.kind === 'mapProgress' && event.done > 0)
          instead ??= draw({ kind: 'settings', settings: 'pca' });
      },
      () => setImmediate(),
    );
    await draw(request());
    await instead;
    const drawn = () =>
      events.flatMap((event) => (event.kind === 'map' ? [`${event.projection} ${event.instead ?? ''}`] : []));
    expect(drawn()).toEqual(['pca ', 'pca ', 'pca true', 'pca true']);
    expect(events.at(-1)).toMatchObject({ kind: 'mapProgress', done: 1, total: 1 });
    await draw(request({ epoch: 2 }));
    expect(drawn().slice(4)).toEqual(['pca true', 'pca true']);
    await draw({ kind: 'settings', settings: 'quick' });
    expect(drawn().slice(6)).toEqual(['pca ', 'pca ', 'umap ', 'umap ']);
  });

  it('starts the gated map from the dense one', async () => {
    const { draw, umap } = recorder();
    await draw(request({ features: { dense: features(2), gated: features(2, 0.1) } }));
    expect(movement(umap('dense', 1)!, umap('gated', 1)!)).toBeLessThan(0.5);
  });

  it('grows each map out of the last epoch’s', async () => {
    const { draw, umap } = recorder();
    await draw(request());
    await draw(request({ epoch: 2, features: { gated: features(1, 0.1), dense: features(2, 0.1) } }));
    expect(movement(umap('gated', 1)!, umap('gated', 2)!)).toBeLessThan(0.5);
    expect(movement(umap('dense', 1)!, umap('dense', 2)!)).toBeLessThan(0.5);
  });

  it('keeps its own copy of a layout that was transferred away', async () => {
    const { draw, layouts } = recorder();
    await draw(request());
    for (const { xy } of layouts()) structuredClone(xy, { transfer: [xy.buffer] });
    const undisturbed = recorder();
    await undisturbed.draw(request());
    await draw(request({ epoch: 2 }));
    await undisturbed.draw(request({ epoch: 2 }));
    expect(layouts().slice(4)).toEqual(undisturbed.layouts().slice(4));
  });

  it('starts afresh for another run, and for other points', async () => {
    const fresh = recorder();
    await fresh.draw(request({ run: 'b' }));
    const used = recorder();
    await used.draw(request({ run: 'a', features: { gated: features(8), dense: features(9) } }));
    await used.draw(request({ run: 'b' }));
    expect(used.layouts().slice(4)).toEqual(fresh.layouts());
    const fewer = recorder();
    await fewer.draw(request());
    await fewer.draw(request({ count: 20, features: { dense: features(2).slice(0, 20 * DIMENSION) } }));
    expect(fewer.layouts().at(-1)!.xy.length).toBe(40);
  });

  it('gives an older request up for a newer one', async () => {
    const { draw, layouts, events } = recorder();
    const older = draw(request());
    const newer = draw(request({ epoch: 2 }));
    await Promise.all([older, newer]);
    const drawn = layouts().map(({ projection, epoch }) => `${projection} ${epoch}`);
    expect(drawn).toEqual(['pca 1', 'pca 1', 'pca 2', 'pca 2', 'umap 2', 'umap 2']);
    expect(events.some((event) => event.kind === 'mapProgress' && event.epoch === 1)).toBe(false);
  });

  it('gives an older request up in the middle of its UMAP', async () => {
    const events: MapEvent[] = [];
    let newer: Promise<void> | undefined;
    const draw = mapper(
      (event) => {
        events.push(event);
        if (event.kind === 'mapProgress' && event.epoch === 1) newer ??= draw(request({ epoch: 2 }));
      },
      () => setImmediate(),
    );
    await draw(request());
    await newer;
    const umaps = events.flatMap((event) =>
      event.kind === 'map' && event.projection === 'umap' ? [event.epoch] : [],
    );
    expect(umaps).toEqual([2, 2]);
  });

  it('says so when features cannot be drawn, and goes on with the next request', async () => {
    const { draw, events, layouts } = recorder();
    await draw(request({ features: { dense: features(2).fill(Number.NaN) } }));
    expect(events).toEqual([
      {
        kind: 'mapFailed',
        run: 'a',
        epoch: 1,
        message: 'PCA: features must be finite, got some that are not',
      },
    ]);
    await draw(request({ epoch: 2 }));
    expect(layouts().length).toBe(4);
  });
});
