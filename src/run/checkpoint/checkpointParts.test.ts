import { expect, it } from 'vitest';
import { tinyCheckpoint } from '../../session/checkpoint.fixture.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  CheckpointAssembly,
  CheckpointHandOver,
  partsOf,
  tensorBytes,
  withoutTensors,
} from './checkpointParts.ts';

const PART = 400;

/** A checkpoint with tensors of these many floats, all views of one buffer, as engines give them. */
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
  const assembly = new CheckpointAssembly();
  for (const part of partsOf(whole, PART)) assembly.add(part);
  const again = assembly.whole(withoutTensors(whole));
  expect(again).toEqual(whole);
  expect([...again.engine.parameters.keys()]).toEqual([...whole.engine.parameters.keys()]);
  expect(assembly.whole(withoutTensors(whole)).engine.parameters.size).toBe(0);
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

it('is handed over a part at a call, or what is left of it at once', () => {
  const whole = checkpoint(10, PART / 4, 7, PART / 2, 5);
  const handedOver = (hasten: number) => {
    const assembly = new CheckpointAssembly();
    const received: Checkpoint[] = [];
    let parts = 0;
    const handOver = new CheckpointHandOver(
      whole,
      {
        part: (tensors, buffers) => {
          parts++;
          expect(buffers).toEqual(tensors.map(({ values }) => values.buffer));
          assembly.add(tensors);
        },
        rest: (rest) => received.push(assembly.whole(rest)),
      },
      PART,
    );
    for (let call = 0; call < hasten; call++) expect(handOver.next()).toBe(false);
    if (hasten < 5) handOver.complete();
    else expect(handOver.next()).toBe(true);
    expect(handOver.next()).toBe(true);
    return { parts, received };
  };
  for (const hasten of [0, 2, 5]) expect(handedOver(hasten)).toEqual({ parts: 5, received: [whole] });
});
