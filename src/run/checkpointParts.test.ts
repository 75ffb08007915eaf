import { expect, it } from 'vitest';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Assembly, hollow, partsOf, tensorBytes } from './checkpointParts.ts';

const PART = 400;

/** Tensors of these many floats, all views of one buffer, as engines give them. */
function checkpoint(...sizes: readonly number[]): Checkpoint {
  const all = Float32Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, i) => i);
  const startOf = (tensor: number) => sizes.slice(0, tensor).reduce((sum, size) => sum + size, 0);
  const parameters = new Map(
    sizes.map((size, i) => [`p${i}`, all.subarray(startOf(i), startOf(i) + size)] as const),
  );
  const engine = {
    parameters,
    buffers: new Map([['mean', Float32Array.of(1, 2)]]),
    momenta: new Map([['p0', Float32Array.of(3)]]),
  };
  return { ...tinyCheckpoint(3), engine };
}

it('parts are together what the checkpoint was, in its order', () => {
  const whole = checkpoint(10, PART / 4, 7, PART / 2, 0, 5);
  const assembly = new Assembly();
  for (const part of partsOf(whole, PART)) assembly.add(part);
  const again = assembly.whole(hollow(whole));
  expect(again).toEqual(whole);
  expect([...again.engine.parameters.keys()]).toEqual([...whole.engine.parameters.keys()]);
  expect(assembly.whole(hollow(whole)).engine.parameters.size).toBe(0);
});

it('no part is larger than the limit but for a single tensor, and none shares memory with the checkpoint', () => {
  const whole = checkpoint(10, PART / 4, 7, PART / 2, 5);
  const parts = [...partsOf(whole, PART)];
  expect(parts.length).toBe(5);
  for (const part of parts) {
    const bytes = part.reduce((sum, { values }) => sum + values.byteLength, 0);
    expect(bytes <= PART || part.length === 1).toBe(true);
    for (const { values } of part) expect(values.buffer.byteLength).toBe(values.byteLength);
  }
  expect(parts.flat().reduce((sum, { values }) => sum + values.byteLength, 0)).toBe(tensorBytes(whole));
});

it('a small checkpoint is one part', () => {
  expect([...partsOf(checkpoint(10, 20), PART)]).toHaveLength(1);
});
