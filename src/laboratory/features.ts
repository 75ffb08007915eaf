import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import { type NpyArray, npyFile } from '../network/npy.ts';
import { branchMacs } from '../network/slim.ts';
import type { FeaturesOrder, FeaturesOutcome } from './door/takeOrder.ts';
import { doJobs, type Job, type JobProgress } from './jobs.ts';
import type { Laboratory } from './laboratory.ts';

/**
 * Every branch's outputs for a set of images, as one .npz file, which is NumPy's zip of .npy files.
 * @param tell may wait, and throws to cancel
 */
export async function performFeatures(
  laboratory: Laboratory,
  { set }: FeaturesOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<FeaturesOutcome> {
  const { network, inner, data, weights } = laboratory;
  const { branches } = weights.architecture;
  const { count, labels, classes } = data[set];
  const arrays = new Map<string, NpyArray>();
  const jobs = branches.map((branch): Job => {
    return {
      task: `Encoding, ${branch}`,
      unit: 'images',
      cost: laboratory.has(branch) ? 0 : branchMacs(network, branch),
      work: async (onWork) => {
        const sets = await laboratory.encoded(branch, onWork);
        const { features, gates } = sets[set];
        arrays.set(`features_${branch}`, {
          ...{ dtype: 'float32', shape: [count, sets.dimension], values: features },
        });
        gates.forEach((values, l) => {
          arrays.set(`gates_${network.blocks[l]!.name}`, {
            ...{ dtype: 'uint8', shape: [count, inner[l]!], values },
          });
        });
      },
    };
  });
  await doJobs(jobs, tell);
  if (classes.length > 0) arrays.set('labels', { dtype: 'int64', shape: [count], values: labels });
  return { kind: 'features', set, images: count, file: await npzOf(arrays) };
}

/** Arrays under their names in one file. They are not compressed, because features hardly get smaller. */
async function npzOf(arrays: ReadonlyMap<string, NpyArray>): Promise<Blob> {
  // The library starts no workers, because this code already runs in one.
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false, level: 0 });
  for (const [name, array] of arrays) await zip.add(`${name}.npy`, new Uint8ArrayReader(npyFile(array)));
  return zip.close();
}
