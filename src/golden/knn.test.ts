import { describe, expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { checkKnn } from './knn.ts';
import vectors from './vectors/g_knn.json';

describe.each(['cpu', 'wasm'] as const)('golden section g on %s', (backend) => {
  it('predictions, scores, neighbours and accuracies match the authors’ k-NN', async () => {
    await useBackend(backend);
    const rows = await checkKnn(vectors);
    expect(rows.length).toBe(5 * vectors.weighted.length + 3 * vectors.plain.length);
    expect(rows.filter((row) => !row.passed)).toEqual([]);
  });
});

describe('golden section g', () => {
  const [first] = vectors.weighted;
  const checkFirst = async (change: object) => {
    await useBackend('cpu');
    const rows = await checkKnn({ ...vectors, weighted: [{ ...first, ...change }], plain: [] });
    return rows.filter((row) => !row.passed).map((row) => row.check);
  };

  it('fails where a prediction, a neighbour, an accuracy or the temperature is another one', async () => {
    const pred = first!.pred.map((label, i) => (i === 4 ? (label + 1) % 6 : label));
    expect(await checkFirst({ pred })).toEqual(['g euclidean k=1 predictions']);
    const neighbours_first5 = first!.neighbours_first5.map(([one]) => [(one! + 1) % 240]);
    expect(await checkFirst({ neighbours_first5 })).toEqual(['g euclidean k=1 neighbours']);
    expect(await checkFirst({ top1: 90 })).toEqual(['g euclidean k=1 top-1']);
    const cosine = vectors.weighted.find(({ T }) => T === 0.07)!;
    expect(await checkFirst({ ...cosine, T: 0.08 })).toEqual(['g cosine k=1 T=0.08 class scores']);
  });

  it('refuses a file of another schema', async () => {
    await expect(checkKnn({ ...vectors, train: { shape: [1], f32: '' } })).rejects.toThrow(
      /not the known schema[\s\S]*train/,
    );
    await expect(checkFirst({ pred: [0] })).rejects.toThrow('must have 60 entries, got 1');
  });
});
