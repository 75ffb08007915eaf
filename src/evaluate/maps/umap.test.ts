import { describe, expect, it } from 'vitest';
import { hashedUniform, stream } from '../../random.ts';
import { pca } from './pca.ts';
import { aligned } from './procrustes.ts';
import { spread, umapLayout } from './umap.ts';

const COUNT = 120;
const DIMENSION = 9;
const CLASSES = 4;
const NEIGHBOURS = 15;

/** Four groups; point n belongs to group n % 4. */
function groups(noise: number, seed: number): Float32Array {
  const random = stream(seed, 'init');
  const centres = Float32Array.from({ length: CLASSES * DIMENSION }, () => 3 * random.normal());
  const jitter = stream(seed + 1, 'init');
  return Float32Array.from({ length: COUNT * DIMENSION }, (_, i) => {
    const group = Math.floor(i / DIMENSION) % CLASSES;
    return centres[group * DIMENSION + (i % DIMENSION)]! + noise * jitter.normal();
  });
}

const features = groups(1, 1);

function layout(
  of: Float32Array,
  start: Float32Array,
  epochs: number,
  seed = 1,
): Promise<Float32Array | null> {
  const random = stream(seed, 'map');
  return umapLayout(
    { features: of, dimension: DIMENSION, start, epochs, neighbours: NEIGHBOURS, random },
    () => true,
  );
}

/** A start that does not depend on the features. */
function hashed(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => hashedUniform(7, i));
}

async function cold(of = features): Promise<Float32Array> {
  return (await layout(of, spread(pca(of, DIMENSION)), 200))!;
}

/** Mean distance between two layouts' points, in units of the first one's mean radius. */
function movement(from: Float32Array, to: Float32Array): number {
  let moved = 0;
  let radius = 0;
  for (let n = 0; n < from.length; n += 2) {
    moved += Math.hypot(to[n]! - from[n]!, to[n + 1]! - from[n + 1]!);
    radius += Math.hypot(from[n]!, from[n + 1]!);
  }
  return moved / radius;
}

describe('umapLayout', () => {
  it('brings points of one group together', async () => {
    const xy = await cold();
    expect(xy.length).toBe(2 * COUNT);
    for (let n = 0; n < COUNT; n++) {
      const distances = Array.from({ length: COUNT }, (_, m) => ({
        m,
        d: m === n ? Infinity : Math.hypot(xy[2 * m]! - xy[2 * n]!, xy[2 * m + 1]! - xy[2 * n + 1]!),
      })).sort((a, b) => a.d - b.d);
      expect(distances[0]!.m % CLASSES).toBe(n % CLASSES);
    }
  });

  it('is the same for the same seed, and another for another', async () => {
    const start = spread(pca(features, DIMENSION));
    const first = await layout(features, start, 40, 5);
    expect(await layout(features, start, 40, 5)).toEqual(first);
    expect(await layout(features, start, 40, 6)).not.toEqual(first);
  });

  it('grows out of its start: umap-js moves the very rows that getEmbedding() gives', async () => {
    const before = await cold();
    const later = features.map((value, i) => value + 0.1 * Math.sin(i));
    const warm = (await layout(later, before, 50))!;
    expect(movement(before, warm)).toBeLessThan(0.35);
    const mirrored = before.map((value) => -value);
    const elsewhere = (await layout(later, mirrored, 50))!;
    expect(movement(before, elsewhere)).toBeGreaterThan(1);
    expect(movement(mirrored, elsewhere)).toBeLessThan(0.35);
  });

  it('warm-started and aligned moves far less than a cold fit of the same features', async () => {
    const before = await cold();
    const later = features.map((value, i) => value + 0.1 * Math.sin(i));
    const fresh = (await layout(later, spread(hashed(2 * COUNT)), 200, 2))!;
    const warm = (await layout(later, before, 50, 2))!;
    const [coldMoved, coldAligned] = [movement(before, fresh), movement(before, aligned(fresh, before))];
    const warmAligned = movement(before, aligned(warm, before));
    expect(coldAligned).toBeLessThan(coldMoved);
    expect(warmAligned).toBeLessThanOrEqual(movement(before, warm) * 1.02);
    expect(warmAligned).toBeLessThan(0.5 * coldAligned);
  });

  it('with more neighbours is another layout', async () => {
    const start = spread(pca(features, DIMENSION));
    const problem = { features, dimension: DIMENSION, start, epochs: 40 };
    const of = (neighbours: number) =>
      umapLayout({ ...problem, neighbours, random: stream(42, 'map') }, () => true);
    expect(await of(50)).not.toEqual(await of(15));
  });

  it('reports every slice, and gives up when told to', async () => {
    const start = spread(pca(features, DIMENSION));
    const random = stream(1, 'map');
    const seen: number[] = [];
    const problem = { features, dimension: DIMENSION, start, neighbours: NEIGHBOURS, random };
    await umapLayout({ ...problem, epochs: 300 }, (done, total) => {
      expect(total).toBe(300);
      seen.push(done);
      return true;
    });
    expect(seen.at(-1)).toBe(300);
    expect(seen.every((done, i) => done > (seen[i - 1] ?? 0))).toBe(true);
    let calls = 0;
    const given = await umapLayout({ ...problem, epochs: 3 }, async () => {
      calls++;
      return false;
    });
    expect(given).toBeNull();
    expect(calls).toBe(1);
  });

  it('stays finite for collapsed features and for very few points', async () => {
    const same = new Float32Array(40 * 3).fill(0.7);
    const random = stream(1, 'map');
    const collapsed = await umapLayout(
      {
        features: same,
        dimension: 3,
        start: spread(pca(same, 3)),
        epochs: 20,
        neighbours: NEIGHBOURS,
        random,
      },
      () => true,
    );
    expect(collapsed!.every(Number.isFinite)).toBe(true);
    const few = Float32Array.of(0, 1, 1, 0, 3, 3, 5, 4);
    const small = await umapLayout(
      { features: few, dimension: 2, start: few, epochs: 20, neighbours: 50, random },
      () => true,
    );
    expect(small!.every(Number.isFinite)).toBe(true);
  });

  it('refuses too few points and a start that does not fit', async () => {
    const random = stream(1, 'map');
    const problem = { dimension: 2, epochs: 5, neighbours: NEIGHBOURS, random };
    const three = new Float32Array(6);
    await expect(umapLayout({ ...problem, features: three, start: three }, () => true)).rejects.toThrow(
      'at least 4',
    );
    const five = new Float32Array(10);
    await expect(umapLayout({ ...problem, features: five, start: three }, () => true)).rejects.toThrow(
      '10 and 6',
    );
  });
});

describe('spread', () => {
  it('spans 20 around 0 and keeps proportions', () => {
    expect(Array.from(spread(Float32Array.of(1, 2, 3, 5)))).toEqual([-10, -5, 0, 10]);
    expect(spread(Float32Array.of(4, 4))).toEqual(new Float32Array(2));
  });
});
