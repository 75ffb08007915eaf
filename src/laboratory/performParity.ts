import type { InferencePlaces } from '../inference/places.ts';
import { fromBase64, type WeightsFile } from '../network/weights.ts';
import type { ParityOutcome } from './door/takeOrder.ts';
import { openFrozen } from './frozenEngine.ts';

/**
 * Checks weights against what is in their file, on an engine opened only for this.
 * @throws Error if they differ
 */
export async function performParity(weights: WeightsFile, places: InferencePlaces): Promise<ParityOutcome> {
  const { parity } = weights;
  if (parity === undefined) return { kind: 'parity', images: 0, branches: [], gates: false };
  const [count = 0, size = 0] = parity.images.shape;
  const engine = await openFrozen(weights, { count, size, pixels: fromBase64(parity.images.data) }, places);
  engine.dispose();
  const branches = weights.architecture.branches.filter((branch) => parity.features[branch] !== undefined);
  return { kind: 'parity', images: count, branches, gates: parity.gates !== undefined };
}
