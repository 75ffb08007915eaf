import { packStepScalars } from '../../plan/stepScalars.ts';
import type { DescendTensor } from '../../plan/tasks/lossTasks.ts';
import { descend, descendTables } from '../../wasm/optimizer.ts';
import { RESULT_BYTES } from '../../wasm/terms.ts';
import type { UnderTest } from '../underTest.ts';
import { type KernelMachine, KernelMemory } from './kernelMemory.ts';

/** Takes a step for each set of gradients. All tensors lie together in whole quads, as in the engine. */
export async function descendOn(
  machine: KernelMachine,
  ...[tensors, gradients, learningRate, optimizer]: Parameters<UnderTest['descend']>
): Promise<Float32Array[][]> {
  let end = 0;
  const places = tensors.map(({ shape, values }): DescendTensor => {
    const offset = end;
    const length = Math.ceil(values.length / 4) * 4;
    end += length;
    return { offset, length, axes: shape.length, weightDecay: optimizer.weightDecay, part: 'encoder' };
  });
  const gathered = (all: readonly Float32Array[]) => {
    const whole = new Float32Array(end);
    all.forEach((values, i) => {
      whole.set(values, places[i]!.offset);
    });
    return whole;
  };
  const tables = descendTables(places);
  const scalars = packStepScalars({ step: 0, passSeeds: [0, 0], aim: 0, boundWidth: 0, learningRate });
  let state = { parameters: gathered(tensors.map(({ values }) => values)), momenta: new Float32Array(end) };
  const after: Float32Array[][] = [];
  for (const ofStep of gradients) {
    const memory = new KernelMemory(machine);
    const table = (words: Uint32Array) => ({ at: memory.input(words), count: words.length / 4 });
    const [chunks, rows] = [table(tables.chunks), table(tables.tensors)];
    const [parameters, momenta] = [memory.input(state.parameters), memory.input(state.momenta)];
    await memory.run(
      ...descend({
        ...{ parameters, momenta, chunks, tensors: rows },
        gradients: memory.input(gathered(ofStep)),
        squares: memory.room(16 * chunks.count),
        scales: memory.room(8 * rows.count),
        step: memory.input(scalars),
        // The loss must be finite, or the kernel would not take the step.
        total: memory.input(new Float32Array(4)),
        result: memory.room(RESULT_BYTES),
        momentum: optimizer.momentum,
        lars: optimizer.lars,
      }),
    );
    state = { parameters: memory.floats(parameters, end), momenta: memory.floats(momenta, end) };
    const { parameters: all } = state;
    after.push(places.map(({ offset }, i) => all.slice(offset, offset + tensors[i]!.values.length)));
  }
  return after;
}
