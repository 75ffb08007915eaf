import { expect, it } from 'vitest';
import { stream } from '../../src/random.ts';
import { compose, type Difficulty, SIDE } from './compose.ts';
import { RASTER } from './icons.ts';

/** A difficulty that leaves nothing to chance, with a black background. */
const STILL: Difficulty = {
  scale: [1, 1],
  rotation: 0,
  offset: 0,
  mirror: 0,
  grey: 0,
  spread: 0,
  colour: 0,
  brightness: [1, 1],
  noise: 0,
};

/**
 * An icon that is opaque white where `covers` is true. Its coordinates go from 0 to 1, to the right and down.
 */
function icon(covers: (x: number, y: number) => boolean): Uint8Array {
  const raster = new Uint8Array(RASTER * RASTER * 4);
  for (let y = 0; y < RASTER; y++)
    for (let x = 0; x < RASTER; x++)
      if (covers((x + 0.5) / RASTER, (y + 0.5) / RASTER))
        raster.fill(255, 4 * (y * RASTER + x), 4 * (y * RASTER + x) + 4);
  return raster;
}

function draw(raster: Uint8Array, changes: Partial<Difficulty>, seed = 5) {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  compose(raster, { ...STILL, ...changes }, stream(seed, 'augment'), pixels, 0);
  const at = (x: number, y: number) => pixels[3 * (y * SIDE + x)]!;
  const all = Array.from({ length: SIDE * SIDE }, (_, i) => ({ x: i % SIDE, y: Math.floor(i / SIDE) }));
  const mass = all.reduce((sum, { x, y }) => sum + at(x, y), 0);
  const middle = (axis: 'x' | 'y') => all.reduce((sum, p) => sum + at(p.x, p.y) * (p[axis] + 0.5), 0) / mass;
  return { pixels, at, mass: mass / 255, middle };
}

const square = icon((x, y) => Math.abs(x - 0.5) < 0.25 && Math.abs(y - 0.5) < 0.25);
const corner = icon((x, y) => x > 0.1 && x < 0.5 && y > 0.1 && y < 0.3);

it('lays the icon over the image pixel by pixel: white inside, background outside', () => {
  const { at } = draw(square, {});
  expect([at(8, 8), at(23, 23), at(16, 16)]).toEqual([255, 255, 255]);
  for (const [x, y] of [
    [7, 16],
    [24, 16],
    [16, 24],
    [0, 0],
  ] as const)
    expect(at(x, y)).toBeLessThan(4);
});

it('keeps the share of a pixel that the icon covers', () => {
  const { at, mass } = draw(square, { scale: [0.78, 0.78] });
  expect(mass).toBeGreaterThan((16 * 0.78) ** 2 - 2);
  expect(mass).toBeLessThan((16 * 0.78) ** 2 + 8);
  // The edge of the square is at 16 − 6.24 = 9.76, so it covers a quarter of pixel 9.
  expect(at(9, 16) / 255).toBeCloseTo(0.24, 1);
});

it('mirrors left and right only', () => {
  const plain = draw(corner, {});
  const mirrored = draw(corner, { mirror: 1 });
  expect(mirrored.middle('x')).toBeCloseTo(SIDE - plain.middle('x'), 1);
  expect(mirrored.middle('y')).toBeCloseTo(plain.middle('y'), 1);
});

it('turns about the middle of the icon and keeps its area', () => {
  const plain = draw(corner, {});
  const turned = draw(corner, { rotation: 0.4 });
  const fromMiddle = ({ middle }: typeof plain) => Math.hypot(middle('x') - 16, middle('y') - 16);
  expect(turned.pixels).not.toEqual(plain.pixels);
  expect(fromMiddle(turned)).toBeCloseTo(fromMiddle(plain), 0);
  expect(turned.mass / plain.mass).toBeCloseTo(1, 1);
});

it('shifts by up to the offset over half the side', () => {
  const middles = Array.from(
    { length: 200 },
    (_, seed) => draw(square, { offset: 0.25 }, seed).middle('x') - 16,
  );
  expect(Math.max(...middles.map(Math.abs))).toBeLessThan(4.1);
  expect(Math.max(...middles)).toBeGreaterThan(3);
  expect(Math.min(...middles)).toBeLessThan(-3);
});

it('changes colours and brightness of the icon, and noise changes every pixel', () => {
  expect(draw(square, { brightness: [0.5, 0.5] }).at(16, 16)).toBe(128);
  const tinted = draw(square, { colour: 0.3 }).pixels.subarray(
    3 * (16 * SIDE + 16),
    3 * (16 * SIDE + 16) + 3,
  );
  expect(new Set(tinted).size).toBeGreaterThan(1);
  const noisy = draw(square, { grey: 0.5, noise: 0.1 }, 3);
  const still = draw(square, { grey: 0.5 }, 3);
  expect(noisy.pixels.filter((value, i) => value !== still.pixels[i]).length).toBeGreaterThan(1000);
});

it('has a smooth background between two colours of the range', () => {
  const { at } = draw(
    icon(() => false),
    { grey: 0.5, spread: 0.25 },
  );
  for (let x = 1; x < SIDE; x++) {
    expect(at(x, 9)).toBeGreaterThanOrEqual(63);
    expect(at(x, 9)).toBeLessThanOrEqual(192);
    expect(Math.abs(at(x, 9) - at(x - 1, 9))).toBeLessThan(6);
  }
});

it('gives backgrounds of all colours the same mean', () => {
  const empty = icon(() => false);
  for (let seed = 0; seed < 8; seed++) {
    const { pixels } = draw(empty, { grey: 0.5, spread: 0.5 }, seed);
    for (let channel = 0; channel < 3; channel++) {
      const values = pixels.filter((_, i) => i % 3 === channel);
      expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(127.5, 0);
    }
  }
});
