import type { RunConfig } from '../../config.ts';
import { systemOf } from '../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { packBits } from '../../statistics/bitset.ts';
import type { ShelvedRun } from './runsShelf.ts';

/** Number of test images of an invented run. */
const TEST = 10;

/** A run of these settings in which every branch gets the first `right` of 10 test images right. */
export function endedRun(
  config: Partial<RunConfig>,
  right: number,
  changes: Partial<ShelvedRun> = {},
): ShelvedRun {
  const full = { ...DEFAULT_CONFIG, ...config };
  const correct = packBits(Uint8Array.from({ length: TEST }, (_, i) => (i < right ? 1 : 0)));
  return {
    id: JSON.stringify([config, right, changes]),
    endedOn: '2026-01-01T00:00:00.000Z',
    config: full,
    engine: 'wasm',
    data: { name: 'Emoji-10, unseen style', source: 'emoji10 unseen-style', train: 5000, test: TEST },
    steps: full.steps,
    stoppedEarly: false,
    budgetMoved: false,
    denseMacs: 1000,
    branches: systemOf(full).branches.map((branch) => ({
      branch,
      macs: branch === 'dense' ? 1000 : Math.round(1000 * full.budget) + full.seed,
      knn20: right / TEST,
      ridge: null,
      correct,
    })),
    rawPixels: 0.2,
    imagesPerSecond: 100,
    seconds: 60,
    origin: 'here',
    keptRuns: [],
    ...changes,
  };
}
