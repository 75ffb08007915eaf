import { useBackend } from '../../method/backend.ts';
import { hasFused } from '../../wasm/support.ts';
import type { Machine, PoolPlaces } from '../../wasm/threads/places.ts';
import { checkFiles, type GoldenFile, type GoldenRow, stepFiles } from '../registry.ts';
import type { NotChecked } from '../report.ts';
import { ReferenceSteps } from './referenceSteps.ts';
import { wasmUnderTest } from './underTest.ts';

/** One thread computes in a memory of its own; more share one, by another binary. */
const THREADS = [1, 2, 3] as const;

/** The machines of a build. */
function machinesOf(fused: boolean): Machine[] {
  return THREADS.map((threads) => ({ fused, threads }));
}

/**
 * Makes the golden checks on the engine of the processor: all of them on one thread of the build that trains
 * here, and those of whole steps on every build with 1, 2 and 3 threads.
 * @returns what was not checked
 */
export async function checkOnMachines(
  places: PoolPlaces,
  files: readonly GoldenFile[],
  onRow: (row: GoldenRow) => void,
): Promise<NotChecked[]> {
  // k-NN belongs to no engine and always runs on tfjs, as does the reference.
  await useBackend('cpu');
  const fused = hasFused();
  const machines = [...(fused ? machinesOf(true) : []), ...machinesOf(false)];
  const reference = new ReferenceSteps();
  const steps = stepFiles(files);
  for (const [i, machine] of machines.entries()) {
    const kind = { build: machine.fused ? 'fused' : 'plain', threads: machine.threads } as const;
    const underTest = wasmUnderTest({ ...machine, places }, machine.fused ? null : reference);
    const checked = i === 0 ? files : steps;
    await checkFiles(checked, 'wasm', underTest, (row) => onRow({ ...row, ...kind }));
  }
  return [...(fused ? [] : [NO_FUSED]), ...(steps.length > 0 ? [PLAIN_IN_A_ROW] : [])];
}

const NO_FUSED: NotChecked = {
  engine: 'wasm',
  build: 'fused',
  reason: 'relaxed SIMD that rounds a product and a sum once is not on this machine',
};

/**
 * In the second of three steps in a row, the value before the ReLU that ends the sixth block is 8 · 10⁻⁶ in
 * the fused build at one place, and at most 0 in the plain one. The builds' values differ by up to 5 · 10⁻⁵
 * there by then, so this ReLU is within rounding. It changes gradients before it by up to 3 %, and the third
 * step by more. From the same state no ReLU differs.
 */
const PLAIN_IN_A_ROW: NotChecked = {
  engine: 'wasm',
  build: 'plain',
  reason:
    'three steps in a row. Its rounding of the first step puts one ReLU of the second on the other side of 0, so each step starts from the state of the reference',
};
