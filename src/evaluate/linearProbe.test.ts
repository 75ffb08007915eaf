import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashedUniform, stream } from '../random.ts';
import { linearProbe, PROBE_TRAINING } from './linearProbe.ts';
import { type Moments, moments, standardise } from './moments.ts';
import { classify, type LinearProbe } from './ridge.ts';
import { featureRows } from './rows.ts';

beforeEach(() => tf.setBackend('cpu'));

const N = 83;
const D = 4;
const C = 3;
const labels = Uint8Array.from({ length: N }, (_, n) => (5 * n) % C);
/** The classes overlap, so that the best weights are finite. */
const features = Float32Array.from({ length: N * D }, (_, i) => {
  return 3 + 4 * hashedUniform(7, i) + (labels[Math.floor(i / D)] === i % D ? 1.5 : 0);
});
const rows = featureRows(features, D);

/** Mean cross-entropy and the largest value of its gradient, computed from the definition. */
function crossEntropy({ weight, bias }: LinearProbe, known: Moments): { loss: number; steepest: number } {
  const standard = standardise(features, known);
  const gradient = new Float64Array(D * C);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const scores = Array.from(bias, (value, c) =>
      Array.from({ length: D }, (_, d) => standard[n * D + d]! * weight[d * C + c]!).reduce(
        (a, b) => a + b,
        value,
      ),
    );
    const exponentials = scores.map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b, 0);
    loss -= Math.log(exponentials[labels[n]!]! / sum) / N;
    for (let d = 0; d < D; d++) {
      for (let c = 0; c < C; c++) {
        gradient[d * C + c]! +=
          (standard[n * D + d]! * (exponentials[c]! / sum - (labels[n] === c ? 1 : 0))) / N;
      }
    }
  }
  return { loss, steepest: gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe('the trained linear probe', () => {
  it('comes to where the cross-entropy is flat, below any other probe', async () => {
    const known = await moments(rows, labels, C);
    const training = { ...PROBE_TRAINING, steps: 6000, batch: 100 };
    const probe = await linearProbe(rows, labels, known, stream(1, 'order'), undefined, training);
    const { loss, steepest } = crossEntropy(probe, known);
    expect(steepest).toBeLessThan(1e-4);
    expect(loss).toBeLessThan(Math.log(C));
    for (let i = 0; i < D * C; i++) {
      const weight = probe.weight.slice();
      weight[i]! += 0.05;
      expect(crossEntropy({ ...probe, weight }, known).loss).toBeGreaterThan(loss);
    }
  });

  it('in the recipe’s steps of small batches comes near that', async () => {
    const known = await moments(rows, labels, C);
    const training = { ...PROBE_TRAINING, batch: 16 };
    const near = await linearProbe(rows, labels, known, stream(1, 'order'), undefined, training);
    const best = await linearProbe(rows, labels, known, stream(1, 'order'), undefined, {
      ...training,
      steps: 6000,
      batch: 100,
    });
    const [reached, least] = [near, best].map((probe) => crossEntropy(probe, known).loss);
    expect(reached! - least!).toBeLessThan(2e-3);
  });

  it('is the same for the same stream, and tells its passes', async () => {
    const known = await moments(rows, labels, C);
    const told: string[] = [];
    const once = async () =>
      linearProbe(
        rows,
        labels,
        known,
        stream(4, 'order'),
        (done, total) => void told.push(`${done}/${total}`),
        {
          ...PROBE_TRAINING,
          passes: 3,
          steps: 3,
        },
      );
    const first = await once();
    expect(await once()).toEqual(first);
    expect(told.slice(0, 3)).toEqual(['1/3', '2/3', '3/3']);
  });

  it('ends where it is told to', async () => {
    const known = await moments(rows, labels, C);
    const end = (done: number) => {
      if (done === 2) throw new Error('enough');
    };
    await expect(linearProbe(rows, labels, known, stream(4, 'order'), end)).rejects.toThrow('enough');
  });

  it('tells classes apart that lie apart', async () => {
    const apart = featureRows(
      Float32Array.from({ length: N * 2 }, (_, i) => {
        const angle = (2 * Math.PI * labels[i >> 1]!) / C;
        return (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.3 * hashedUniform(9, i);
      }),
      2,
    );
    const known = await moments(apart, labels, C);
    const probe = await linearProbe(apart, labels, known, stream(1, 'order'));
    expect(classify(probe, apart, known)).toEqual(labels);
  });
});
