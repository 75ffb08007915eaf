import { fixedMacs, macsPerOpenChannel } from '../../network/macs.ts';
import { packStepScalars } from '../../plan/stepScalars.ts';
import { budget, budgetTable } from '../../wasm/gates.ts';
import { PAIR_BYTES, vicreg, vicregBytes } from '../../wasm/vicreg.ts';
import { costGradients } from '../costGradients.ts';
import { imageSides } from '../layout.ts';
import type { Cost, UnderTest, VicregTerm, VicregTerms } from '../underTest.ts';
import { eachTerm } from '../vicregTerms.ts';
import { type KernelMachine, KernelMemory } from './kernelMemory.ts';

export async function vicregOf(
  machine: KernelMachine,
  ...[z1, z2, weights]: Parameters<UnderTest['vicreg']>
): Promise<VicregTerms> {
  const [n, d] = imageSides(z1);
  const totalOf = async (of: typeof weights): Promise<VicregTerm> => {
    const memory = new KernelMemory(machine);
    const z = memory.rows(Float32Array.of(...z1.values, ...z2.values), d).at;
    const dz = memory.rowsRoom(2 * n, d);
    const terms = memory.room(PAIR_BYTES);
    const sizes = vicregBytes(n, d);
    const scratch = {
      centred: memory.room(sizes.centred),
      products: memory.room(sizes.products),
      filter: memory.room(sizes.filter),
      shares: memory.room(sizes.shares),
      squares: memory.room(sizes.squares),
    };
    await memory.run(...vicreg({ z, dz: dz.at, terms, scratch, n, d, weights: of }));
    const gradient = memory.rowFloats(dz);
    return {
      value: memory.floats(terms, 1)[0]!,
      gradients: [gradient.subarray(0, n * d), gradient.subarray(n * d)],
    };
  };
  return eachTerm(totalOf, weights);
}

/**
 * The budget loss and the bound loss of one gated pass. Their coefficients give the gradients of every gate.
 */
export async function cost(
  machine: KernelMachine,
  ...[network, masks, { aim, boundWidth, ...weights }]: Parameters<UnderTest['cost']>
): Promise<Cost> {
  const memory = new KernelMemory(machine);
  const [images] = imageSides(masks[0]!);
  const { denseMacs } = network;
  const blocks = network.blocks.map((block, l) => ({
    gates: memory.rows(masks[l]!.values, block.channels).at,
    channels: block.channels,
    macsPerOpenChannel: macsPerOpenChannel(block),
  }));
  const scalars = { step: 0, passSeeds: [0, 0], learningRate: 0, aim, boundWidth } as const;
  const [terms, coefficients] = [memory.room(16), memory.room(8 * blocks.length)];
  await memory.run(
    ...budget({
      ...{ images, passes: 1, firstGated: 0, gatedPasses: 1, blocks },
      ...{ ...weights, share: 1, denseMacs, fixedMacs: fixedMacs(network) },
      table: memory.input(budgetTable({ blocks, denseMacs })),
      step: memory.input(packStepScalars(scalars)),
      counts: memory.room(4 * blocks.length),
      coefficients,
      terms,
    }),
  );
  const [, budgetLoss, boundLoss, ratio] = memory.floats(terms, 4);
  return {
    ratio: ratio!,
    budget: budgetLoss!,
    bound: boundLoss!,
    ...costGradients(masks, memory.floats(coefficients, 2 * blocks.length)),
  };
}
