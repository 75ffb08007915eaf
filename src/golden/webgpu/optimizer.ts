import { packStepScalars } from '../../plan/stepScalars.ts';
import type { DescendTensor } from '../../plan/tasks/lossTasks.ts';
import { descendDispatches, descendScratch, descendTable } from '../../webgpu/kernels/optimizer/descend.ts';
import type { UnderTest } from '../underTest.ts';
import type { KernelRunner } from './runner.ts';

/** Takes a step for each set of gradients. All tensors are in one buffer in whole quads, as in the engine. */
export async function descend(
  on: KernelRunner,
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
    const span = new Float32Array(end);
    all.forEach((values, i) => {
      span.set(values, places[i]!.offset);
    });
    return on.input(span);
  };
  const parameters = gathered(tensors.map(({ values }) => values));
  const momenta = on.input(new Float32Array(end));
  const table = on.input(descendTable(places));
  const scalars = { step: 0, passSeeds: [0, 0], aim: 0, boundWidth: 0, learningRate } as const;
  const after: Float32Array[][] = [];
  for (const ofStep of gradients) {
    await on.run(
      descendDispatches({
        parameters,
        momenta,
        gradients: gathered(ofStep),
        tensors: places,
        optimizer,
        table,
        scratch: on.output(descendScratch(places)),
        step: on.input(packStepScalars(scalars)),
        // The loss must be finite, or the kernel would not take the step.
        total: on.input(new Float32Array(4)),
        norms: { ring: on.output(4), slots: 1, quads: 1 },
      }),
    );
    const all = await on.floats(parameters, end);
    after.push(places.map(({ offset }, i) => all.slice(offset, offset + tensors[i]!.values.length)));
  }
  return after;
}
