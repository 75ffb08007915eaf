import { dataCautions } from '../../evaluate/degenerate.ts';
import type { FrozenEngineName } from '../../laboratory/frozenEngine.ts';
import type { JobProgress } from '../../laboratory/jobs.ts';
import { type Laboratory, openLaboratory } from '../../laboratory/laboratory.ts';
import type { TrainedWeights } from '../../run/files/weightsText.ts';
import type { Terminal } from '../command.ts';
import { type ImagesOrder, loadImages } from '../images/imagesOrder.ts';
import { enginePlaces } from '../places.ts';

/** What encodes the images of a command. */
export interface Encoding {
  readonly engine: FrozenEngineName;
  /** Threads on the processor; null for all cores. */
  readonly threads: number | null;
}

/** Opens a trained network on the images of an order, and says what the user should know of them. */
export async function openTrained(
  { weights, run }: TrainedWeights,
  images: ImagesOrder,
  { engine, threads }: Encoding,
  say: (line: string) => void,
): Promise<Laboratory> {
  const data = await loadImages(images, say);
  if (run?.data && (run.data.name !== data.test.name || run.data.test !== data.test.count)) {
    say(
      `note    the run was tested on ${run.data.test} images of ${run.data.name}, this is on ${data.test.count} of ${data.test.name}`,
    );
  }
  for (const caution of dataCautions(data)) say(`note    ${caution}`);
  const laboratory = await openLaboratory(weights, data, enginePlaces(threads), engine);
  if (laboratory.device !== null) say(`engine  ${engine}: ${laboratory.device}`);
  return laboratory;
}

/** Names each task of an order when it begins. */
export function namingTasks(stderr: Terminal['stderr']): (progress: JobProgress) => Promise<void> {
  let named = '';
  return async ({ task }) => {
    if (task !== named) stderr.write(`${task}\n`);
    named = task;
  };
}
