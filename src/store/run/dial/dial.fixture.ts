import type { RunConfig } from '../../../config.ts';
import { networkOf } from '../../../network/fromConfig.ts';
import { hashedUniform } from '../../../random.ts';
import type { Dial, DialPoint } from '../../../run/dial.ts';
import { usageRow } from '../../../statistics/gateUsage.ts';

/** Test images of the invented dial. */
const TEST = 12;

/**
 * An invented dial of a gated run: at each budget, every gate is open for that share of the images, and
 * accuracy rises with the budget.
 * @param images map images, whose places are the budget
 */
export function inventedDial(config: RunConfig, step: number, budgets: readonly number[], images = 4): Dial {
  const network = networkOf(config, 32);
  const gatesAt = (budget: number, count: number) =>
    network.blocks.map(({ channels }, l) =>
      Uint8Array.from({ length: count * channels }, (_, i) => Number(hashedUniform(l, i) < budget)),
    );
  const points = budgets.map((budget): DialPoint => {
    const { macRatio, channelUsage } = usageRow(network, gatesAt(budget, TEST), step);
    const knn20 = 0.3 + 0.2 * budget;
    const at = { epoch: 1, step };
    return {
      ...{ budget, setting: { kind: 'shift', shift: 4 * (budget - 0.4) } },
      ...{ reach: 'met', nestedness: null },
      ...{ calibrated: budget, macRatio, knn20, standardError: Math.sqrt((knn20 * (1 - knn20)) / TEST) },
      channelUsage,
      moment: {
        ...at,
        maps: {
          gated: {
            ...at,
            projection: 'pca',
            neighbours: null,
            xy: new Float32Array(2 * images).fill(budget),
          },
        },
        gates: { ...at, blocks: gatesAt(budget, images) },
        nearest: null,
      },
    };
  });
  return { step, images: 128, sample: { bank: 20, test: TEST }, points };
}
