import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { lot } from '../lot.ts';
import { nearestOthers } from './nearestOthers.ts';

const goOn = () => true;

function randomRows(count: number, dimension: number, seed = 3): Float32Array {
  const random = stream(seed, 'init');
  return Float32Array.from({ length: count * dimension }, () => random.normal() + 0.3);
}

/** Every other image sorted completely, from cosines of plain loops. */
function sorted(features: Float32Array, dimension: number, image: number): number[] {
  const row = (n: number) => Array.from(features.subarray(n * dimension, (n + 1) * dimension));
  const cosine = (other: number) => {
    const [a, b] = [row(image), row(other)];
    const dot = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
    return dot / (Math.hypot(...a) * Math.hypot(...b) || 1);
  };
  return Array.from({ length: features.length / dimension }, (_, n) => n)
    .filter((other) => other !== image)
    .sort((a, b) => cosine(b) - cosine(a) || lot(image, b) - lot(image, a));
}

describe('nearestOthers', () => {
  it.each([
    [65, 7, 5],
    [63, 1, 1],
    [7, 3, 5],
    [6, 3, 5],
    [5, 2, 5],
    [2, 4, 5],
  ])('finds what a full sort finds: %i images of %i dimensions, k = %i', async (count, dimension, k) => {
    // In one dimension cosines are ±1 but for rounding, so that only signs can be compared.
    const features = dimension === 1 ? randomRows(count, 1).map(Math.sign) : randomRows(count, dimension);
    const found = (await nearestOthers(features, dimension, k, goOn))!;
    const kept = Math.min(k, count - 1);
    expect(found.length).toBe(count * kept);
    for (let image = 0; image < count; image++)
      expect([...found.subarray(image * kept, (image + 1) * kept)]).toEqual(
        sorted(features, dimension, image).slice(0, kept),
      );
  });

  it('draws lots between equal images, so that the first ones are not everybody’s neighbours', async () => {
    const found = (await nearestOthers(new Float32Array(40 * 3).fill(2), 3, 5, goOn))!;
    for (let image = 0; image < 40; image++) {
      const others = Array.from({ length: 40 }, (_, n) => n).filter((other) => other !== image);
      const drawn = others.sort((a, b) => lot(image, b) - lot(image, a)).slice(0, 5);
      expect([...found.subarray(5 * image, 5 * image + 5)]).toEqual(drawn);
    }
    expect(new Set(found).size).toBeGreaterThan(20);
  });

  it('counts an image without features as orthogonal to all', async () => {
    const features = Float32Array.of(0, 0, 1, 0, -1, 0, 1, 0.1);
    expect([...(await nearestOthers(features, 2, 2, goOn))!.subarray(2)]).toEqual([3, 0, 0, 3, 1, 0]);
  });

  it('has none for one image, and ends when it is told to', async () => {
    expect((await nearestOthers(Float32Array.of(1, 2), 2, 5, goOn))!.length).toBe(0);
    expect(await nearestOthers(randomRows(2000, 64), 64, 5, () => false)).toBeNull();
  });

  it('refuses rows that are not whole', async () => {
    await expect(nearestOthers(new Float32Array(7), 2, 5, goOn)).rejects.toThrow('rows of 2 values, got 7');
  });
});
