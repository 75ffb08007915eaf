import type { Sampling } from '../formats/files.ts';
import type { TrainAndTest } from '../images/dataset.ts';
import { decodeBitmap } from '../pictures/decodeBitmap.ts';
import { type HubSetId, hubSet } from './catalogue.ts';
import { loadHub } from './loadHub.ts';
import { BROWSER_WIRE } from './rangeRequest.ts';
import { openRangeStore } from './rangeStore.ts';

/**
 * The images of a run from the Hub. It works in workers. Progress is in bytes; a total of 0 means unknown.
 * @param kept true: they lie in this browser, and nothing is requested; false: they come over the network
 * @throws HubError if not all of them are kept, or the download fails
 */
export async function readHub(
  { set, side, limits }: Sampling & { readonly set: HubSetId },
  kept: boolean,
  onProgress: (done: number, total: number) => void,
): Promise<TrainAndTest> {
  return loadHub(
    hubSet(set),
    { side, limits },
    {
      store: kept ? await openRangeStore() : null,
      wire: kept ? null : BROWSER_WIRE,
      decode: decodeBitmap,
      onProgress: ({ bytes, totalBytes }) => onProgress(bytes, totalBytes),
    },
  );
}
