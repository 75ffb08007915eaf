import { DataError, type TrainAndTest } from '../../data/images/dataset.ts';
import { fingerprintOf } from '../../data/images/imagesFile.ts';
import { pickImages } from '../../evaluate/sample.ts';
import { mapRows } from '../../run/mapRows.ts';
import type { MapPicturesOrder } from '../door/mapPicturesProtocol.ts';

/**
 * The pictures of a run's map images, u8 [count, size, size, 3], from the images that it was trained on.
 * @throws DataError if they are others by their fingerprint or, where the run tells none, by size,
 *   count and labels
 */
export async function mapPictures(
  data: TrainAndTest,
  { config, size, test: count, labels, fingerprint }: Omit<MapPicturesOrder, 'source'>,
): Promise<Uint8Array> {
  const { test } = data;
  if (test.size !== size) throw otherImages(`${size} × ${size} px`, `${test.size} × ${test.size} px`);
  if (test.count !== count) throw otherImages(`${count} test images`, `${test.count}`);
  const found = fingerprint === null ? null : (data.fingerprint ?? (await fingerprintOf(data)));
  if (fingerprint !== null && found !== fingerprint)
    throw otherImages(`the fingerprint ${fingerprint.slice(0, 8)}…`, `${found?.slice(0, 8)}…`);
  const rows = mapRows(config, count, labels.length);
  const wrong = labels.findIndex((label, image) => test.labels[rows[image]!] !== label);
  if (wrong >= 0)
    throw otherImages(`class ${labels[wrong]} of map image ${wrong}`, `${test.labels[rows[wrong]!]}`);
  return pickImages(test, rows).pixels;
}

function otherImages(expected: string, got: string): DataError {
  return new DataError(
    `These are not the images of the run: expected ${expected}, got ${got}. Choose its images in the Data panel, and load its pictures again.`,
  );
}
