import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { aligned, midway } from './procrustes.ts';

function cloud(count: number, seed: number): Float32Array {
  const random = stream(seed, 'init');
  return Float32Array.from({ length: 2 * count }, (_, i) => random.normal() * (i % 2 === 0 ? 3 : 1) + 5);
}

/** Every point, mirrored at the x axis if `mirror` says so, then turned by `angle` about 0, then moved. */
function moved(
  xy: Float32Array,
  angle: number,
  mirror: boolean,
  by: readonly [number, number],
): Float32Array {
  const out = new Float32Array(xy.length);
  for (let i = 0; i < xy.length; i += 2) {
    const y = mirror ? -xy[i + 1]! : xy[i + 1]!;
    out[i] = Math.cos(angle) * xy[i]! - Math.sin(angle) * y + by[0];
    out[i + 1] = Math.sin(angle) * xy[i]! + Math.cos(angle) * y + by[1];
  }
  return out;
}

function squares(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}

describe('aligned', () => {
  it.each([
    { angle: 0.7, mirror: false },
    { angle: -2.9, mirror: false },
    { angle: Math.PI, mirror: false },
    { angle: 0, mirror: true },
    { angle: 1.9, mirror: true },
  ])('undoes a turn of $angle, mirror $mirror, and a shift', ({ angle, mirror }) => {
    const target = cloud(63, 1);
    const back = aligned(moved(target, angle, mirror, [-40, 7]), target);
    expect(Math.sqrt(squares(back, target) / 63)).toBeLessThan(1e-5);
  });

  it('keeps the scale: a cloud twice as large stays so', () => {
    const target = cloud(31, 2);
    const large = moved(
      target.map((value) => 2 * value),
      0.5,
      true,
      [3, 3],
    );
    const back = aligned(large, target);
    const extent = (xy: Float32Array) => Math.hypot(xy[0]! - xy[2]!, xy[1]! - xy[3]!);
    expect(extent(back) / extent(target)).toBeCloseTo(2, 5);
  });

  it('finds no worse a place than any of 2 × 720 turns about the centre', () => {
    const [layout, target] = [cloud(25, 3), cloud(25, 4)];
    const centred = (xy: Float32Array) => {
      const mean = [0, 1].map((c) => xy.filter((_, i) => i % 2 === c).reduce((a, b) => a + b, 0) / 25);
      return xy.map((value, i) => value - mean[i % 2]!);
    };
    const best = squares(centred(aligned(layout, target)), centred(target));
    for (const mirror of [false, true]) {
      for (let turn = 0; turn < 720; turn++) {
        const tried = moved(centred(layout), (turn * Math.PI) / 360, mirror, [0, 0]);
        expect(squares(tried, centred(target))).toBeGreaterThanOrEqual(best * (1 - 1e-6));
      }
    }
  });

  it('leaves a single point, and a cloud without extent, at the centre of the target', () => {
    expect([...aligned(Float32Array.of(1, 1), Float32Array.of(4, -2))]).toEqual([4, -2]);
    expect([...aligned(Float32Array.of(1, 1, 1, 1), Float32Array.of(0, 0, 4, -2))]).toEqual([2, -1, 2, -1]);
  });

  it('goes by the first points alone where the target has no more', () => {
    const target = cloud(63, 1);
    const back = aligned(moved(target, 0.7, true, [-40, 7]), target.subarray(0, 40));
    expect(Math.sqrt(squares(back, target) / 63)).toBeLessThan(1e-5);
  });

  it('refuses a target of more points, and empty ones', () => {
    expect(() => aligned(new Float32Array(4), new Float32Array(6))).toThrow('got 4 and 6');
    expect(() => aligned(new Float32Array(0), new Float32Array(0))).toThrow('N ≥ M > 0');
  });
});

it('midway is nearest to both: aligning to it serves the sum of both distances', () => {
  const [layout, a, b] = [cloud(40, 5), cloud(40, 6), cloud(40, 7)];
  const cost = (xy: Float32Array) => squares(xy, a) + squares(xy, b);
  const best = cost(aligned(layout, midway(a, b)));
  for (const target of [a, b]) expect(cost(aligned(layout, target))).toBeGreaterThanOrEqual(best);
});
