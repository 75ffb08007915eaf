import type { TrainAndTest } from '../data/images/dataset.ts';
import { fingerprintOf } from '../data/images/imagesFile.ts';
import { keepImages } from '../data/images/keptImages.ts';
import { decodingNotice } from '../data/pictures/decodeBitmap.ts';
import type { DataSource, SessionNews } from '../run/protocol.ts';
import { openData } from './workerPlaces.ts';

/**
 * Loads the images of a run, or the first of them. A fingerprint identifies them. The user's files are copied
 * where there is room, because the page may not open them again after a reload.
 */
export async function loadRunImages(
  source: DataSource,
  tell: (news: SessionNews) => void,
): Promise<TrainAndTest> {
  const progress = (task: string) => (done: number, total: number) =>
    tell({ kind: 'progress', task, done, total, unit: 'bytes' });
  const data = await openData(source, progress('Loading images'));
  const notice = await decodingNotice();
  if (notice !== null) tell({ kind: 'notice', message: notice });
  const fingerprint = data.fingerprint ?? (await fingerprintOf(data));
  if (source.kind === 'files' && !source.kept)
    await keepImages(data, fingerprint, progress('Keeping a copy of the images for a later visit'));
  return { ...data, fingerprint };
}
