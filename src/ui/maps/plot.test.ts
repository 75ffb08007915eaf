import { describe, expect, it } from 'vitest';
import { between, dotsOf, nearest, place, pointsSvg } from './plot.ts';

describe('a layout on a map', () => {
  it('fills the plot up to its margin without being distorted', () => {
    const placed = place(Float32Array.of(0, 0, 10, 0, 0, 2), 300, 200);
    expect([...placed].map((v) => Math.round(v))).toEqual([14, 73, 286, 73, 14, 127]);
  });

  it('of one point lies in the middle', () => {
    expect([...place(Float32Array.of(5, -3), 120, 80)]).toEqual([60, 40]);
  });

  it('keeps a point that is not finite out of the way of the others', () => {
    const placed = place(Float32Array.of(0, 0, Number.NaN, 1, 4, 4), 128, 128);
    expect(placed[2]).toBeNaN();
    expect(placed[4]! - placed[0]!).toBeCloseTo(100, 3);
  });
});

describe('a map as a drawing', () => {
  const xy = Float32Array.of(0, 0, 10, 0, 0, 10, Number.NaN, 1);
  const labels = Uint8Array.of(0, 1, 0, 1);
  const colors = { index: labels, palette: ['red', 'blue'] };
  const none = new Set<number>();
  const shapes = (svg: string) => [...svg.matchAll(/<(circle|rect) [^>]*\/>/g)].map(([shape]) => shape);

  it('has every point that has a place, in the colour of its class', () => {
    const drawn = shapes(
      pointsSvg(xy, dotsOf(colors, labels, { classes: none, groups: { a: none, b: none } }), 128),
    );
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toContain('cx="14.00" cy="14.00" r="2.8"');
    expect(drawn.map((shape) => /fill="([^"]+)"/.exec(shape)![1])).toEqual(['red', 'blue', 'red']);
  });

  it('draws what is out of focus first and faint, and group B as squares', () => {
    const groups = { a: new Set([0]), b: new Set([1]) };
    const drawn = shapes(pointsSvg(xy, dotsOf(colors, labels, { classes: none, groups }), 128));
    expect(drawn[0]).toContain('fill-opacity="0.25"');
    expect(drawn.slice(1).map((shape) => shape.slice(1, 5))).toEqual(['circ', 'rect']);
  });
});

describe('the way from one layout to another', () => {
  const [from, to] = [Float32Array.of(0, 10, 4, 4), Float32Array.of(8, 10, 0, 8)];
  it('is straight, and ends where the other is', () => {
    expect([...between(from, to, 0.25)]).toEqual([2, 10, 3, 5]);
    expect(between(from, to, 1)).toEqual(to);
    expect(between(from, to, 0)).toEqual(from);
  });
});

describe('the image under the pointer', () => {
  const placed = Float32Array.of(10, 10, 20, 10, 80, 80);
  it('is the nearest within reach', () => {
    expect(nearest(placed, 16, 11, 12)).toBe(1);
    expect(nearest(placed, 11, 10, 12)).toBe(0);
  });
  it('is none when all are out of reach', () => {
    expect(nearest(placed, 50, 50, 12)).toBeNull();
  });
});
