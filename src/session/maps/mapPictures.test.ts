import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../data/images/imagesFile.ts';
import { pickImages } from '../../evaluate/sample.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { EvaluationPlan } from '../evaluation/evaluationPlan.ts';
import { noiseData, TINY } from '../session.fixture.ts';
import { mapPictures } from './mapPictures.ts';

const data = noiseData(32, 60);
const { test } = data;

function shownBy(evaluationShare: number) {
  const config = { ...TINY, evaluationShare };
  const [network, system] = [networkOf(config, test.size), systemOf(config)];
  const { order } = new EvaluationPlan({ config, network, system, data, stepsPerEpoch: 4 });
  const rows = order.test.subarray(0, 50);
  const labels = Uint8Array.from(rows, (row) => test.labels[row]!);
  return { rows, order: { config, size: test.size, test: test.count, labels, fingerprint: null } };
}

describe('the pictures of an opened run', () => {
  it.each([0.1, 1])('are those that the run showed on its maps: evaluation share %d', async (share) => {
    const { rows, order } = shownBy(share);
    const { pixels } = pickImages(test, rows);
    expect(await mapPictures(data, order)).toEqual(pixels);
    const fingerprint = await fingerprintOf(data);
    expect(await mapPictures(data, { ...order, fingerprint })).toEqual(pixels);
    expect(await mapPictures({ ...data, fingerprint }, { ...order, fingerprint })).toEqual(pixels);
  });

  it('are refused where the images are others', async () => {
    const { order } = shownBy(0.1);
    const refused = (change: Partial<Parameters<typeof mapPictures>[1]>) =>
      expect(mapPictures(data, { ...order, ...change })).rejects;
    await refused({ size: 32 }).toThrow('expected 32 × 32 px, got 12 × 12 px');
    await refused({ test: 61 }).toThrow('expected 61 test images, got 60');
    await refused({ fingerprint: 'ab'.repeat(32) }).toThrow('expected the fingerprint abababab…, got ');
    const labels = order.labels.with(3, 77);
    await refused({ labels }).toThrow('expected class 77 of map image 3');
  });
});
