import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { useBackend } from './backend.ts';
import { distilLogits, ntXent } from './contrastive.ts';

beforeAll(() => useBackend('cpu'));

type Matrix = number[][];

const random = stream(3, 'init');
const matrix = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));

// These are the losses again in double precision, term by term as the papers write them.

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** log of the softmax over all others, of anchor i. */
function logProbabilities(views: Matrix, i: number, temperature: number): number[] {
  const logits = views.map((view) => cosine(views[i]!, view) / temperature);
  const sum = logits.reduce((total, logit, j) => (j === i ? total : total + Math.exp(logit)), 0);
  return logits.map((logit) => logit - Math.log(sum));
}

function plainNtXent(z1: Matrix, z2: Matrix, temperature: number): number {
  const views = [...z1, ...z2];
  const n = z1.length;
  const losses = views.map((_, i) => -logProbabilities(views, i, temperature)[(i + n) % (2 * n)]!);
  return losses.reduce((a, b) => a + b, 0) / (2 * n);
}

function plainDistillation(student: readonly [Matrix, Matrix], teacher: readonly [Matrix, Matrix]): number {
  const [own, wanted] = [student.flat(), teacher.flat()];
  let sum = 0;
  for (let i = 0; i < own.length; i++) {
    const target = logProbabilities(wanted, i, 5).map(Math.exp);
    const got = logProbabilities(own, i, 5);
    for (let j = 0; j < own.length; j++) if (j !== i) sum -= target[j]! * got[j]!;
  }
  return (25 * sum) / own.length;
}

/** Central differences of `loss` by every value of `at`. */
function numericGradient(loss: (at: Matrix) => number, at: Matrix): number[] {
  const step = 1e-5;
  return at.flatMap((row, i) =>
    row.map((value, j) => {
      const moved = (by: number) => at.with(i, row.with(j, value + by));
      return (loss(moved(step)) - loss(moved(-step))) / (2 * step);
    }),
  );
}

function near(got: ArrayLike<number>, wanted: readonly number[]): void {
  const size = Math.max(...wanted.map(Math.abs));
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(got[i]! - wanted[i]!)).toBeLessThan(2e-3 * size);
}

const tensors = (pair: readonly [Matrix, Matrix]) =>
  pair.map((rows) => tf.tensor2d(rows)) as [tf.Tensor2D, tf.Tensor2D];

describe.each([
  [2, 3],
  [5, 1],
  [7, 13],
])('of %i images in %i dimensions', (n, d) => {
  const [z1, z2, t1, t2] = [matrix(n, d), matrix(n, d), matrix(n, d), matrix(n, d)];

  it('ntXent and its gradient are the definition’s', () => {
    const [a, b] = tensors([z1, z2]);
    expect(ntXent(a, b, 0.2).dataSync()[0]).toBeCloseTo(plainNtXent(z1, z2, 0.2), 4);
    const [da, db] = tf.grads((x, y) => ntXent(x as tf.Tensor2D, y as tf.Tensor2D, 0.2))([a, b]);
    // With one dimension all cosines are ±1, so the loss is flat.
    if (d === 1) return;
    near(
      da!.dataSync(),
      numericGradient((at) => plainNtXent(at, z2, 0.2), z1),
    );
    near(
      db!.dataSync(),
      numericGradient((at) => plainNtXent(z1, at, 0.2), z2),
    );
  });

  it('distilLogits and its gradient are the definition’s, and the teacher has none', () => {
    const [a, b] = tensors([z1, z2]);
    const teacher = tensors([t1, t2]);
    const wanted = plainDistillation([z1, z2], [t1, t2]);
    expect(distilLogits([a, b], teacher).dataSync()[0]! / wanted).toBeCloseTo(1, 4);
    const gradients = tf.grads((x, y, u, v) =>
      distilLogits([x, y] as [tf.Tensor2D, tf.Tensor2D], [u, v] as [tf.Tensor2D, tf.Tensor2D]),
    )([a, b, ...teacher]);
    expect([...gradients[2]!.dataSync(), ...gradients[3]!.dataSync()].every((value) => value === 0)).toBe(
      true,
    );
    if (d === 1) return;
    near(
      gradients[0]!.dataSync(),
      numericGradient((at) => plainDistillation([at, z2], [t1, t2]), z1),
    );
  });
});

it('a zero embedding leaves the loss and its gradient finite', () => {
  const zero = tf.zeros([3, 4]) as tf.Tensor2D;
  const other = tf.tensor2d(matrix(3, 4));
  const [gradient] = tf.grads((x) => ntXent(x as tf.Tensor2D, other, 0.2))([zero]);
  expect(ntXent(zero, other, 0.2).dataSync()[0]).toSatisfy(Number.isFinite);
  expect(Array.from(gradient!.dataSync()).every(Number.isFinite)).toBe(true);
});
