import { fixedMacs, macsPerOpenChannel } from '../../network/macs.ts';
import { mapSize, rowsShape } from '../../plan/maps.ts';
import { packStepScalars } from '../../plan/stepScalars.ts';
import { PAIR_FLOATS } from '../../plan/tasks/lossTasks.ts';
import { budgetDispatches, type GatedBlock } from '../../webgpu/kernels/gate/budget.ts';
import { vicregDispatches, vicregScratch } from '../../webgpu/kernels/loss/vicreg.ts';
import { costGradients } from '../costGradients.ts';
import { imageSides } from '../layout.ts';
import type { Cost, UnderTest, VicregTerm, VicregTerms } from '../underTest.ts';
import { eachTerm } from '../vicregTerms.ts';
import { rowsFloats, rowsInput } from './arrays.ts';
import type { KernelRunner } from './runner.ts';

export async function vicreg(
  on: KernelRunner,
  ...[z1, z2, weights]: Parameters<UnderTest['vicreg']>
): Promise<VicregTerms> {
  const [n, d] = imageSides(z1);
  const z = rowsInput(on, Float32Array.of(...z1.values, ...z2.values), d);
  const totalOf = async (of: typeof weights): Promise<VicregTerm> => {
    const sizes = vicregScratch(n, d);
    const dz = on.output(mapSize(rowsShape(2 * n, d)));
    const terms = on.output(PAIR_FLOATS);
    const scratch = {
      centred: on.output(sizes.centred),
      products: on.output(sizes.products),
      shares: on.output(sizes.shares),
      squares: on.output(sizes.squares),
    };
    await on.run(vicregDispatches({ z, dz, terms, scratch, n, d, weights: of }));
    const [total] = await on.floats(terms, 4);
    const gradient = await rowsFloats(on, dz, 2 * n, d);
    return { value: total!, gradients: [gradient.subarray(0, n * d), gradient.subarray(n * d)] };
  };
  return eachTerm(totalOf, weights);
}

/**
 * The budget loss and the bound loss of one gated pass. Their coefficients give the gradients of every gate.
 */
export async function cost(
  on: KernelRunner,
  ...[network, masks, { aim, boundWidth, ...weights }]: Parameters<UnderTest['cost']>
): Promise<Cost> {
  const [images] = imageSides(masks[0]!);
  let offset = 0;
  const blocks = network.blocks.map((block): GatedBlock => {
    const at = offset;
    offset += images * block.channels;
    return { offset: at, channels: block.channels, macsPerOpenChannel: macsPerOpenChannel(block) };
  });
  const gates = new Float32Array(offset);
  masks.forEach(({ values }, l) => {
    gates.set(values, blocks[l]!.offset);
  });
  const scalars = { step: 0, passSeeds: [0, 0], learningRate: 0, aim, boundWidth } as const;
  const [terms, coefficients] = [on.output(4), on.output(2 * blocks.length)];
  await on.run(
    budgetDispatches({
      images,
      passes: 1,
      firstGated: 0,
      gatedPasses: 1,
      gates: on.input(gates),
      blocks,
      fixedMacs: fixedMacs(network),
      denseMacs: network.denseMacs,
      weights,
      step: on.input(packStepScalars(scalars)),
      counts: on.output(blocks.length),
      coefficients,
      terms,
    }),
  );
  const [, budgetLoss, boundLoss, ratio] = await on.floats(terms, 4);
  return {
    ratio: ratio!,
    budget: budgetLoss!,
    bound: boundLoss!,
    ...costGradients(masks, await on.floats(coefficients, 2 * blocks.length)),
  };
}
