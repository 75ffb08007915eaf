import sharp from 'sharp';
import { toBase64 } from '../../network/weights.ts';
import type { RecordedFile } from '../../recorded/recordedFile.ts';
import type { Ready } from '../../run/protocol.ts';

const COLUMNS = 25;
/** Quality of WebP, 0–100. Thumbnails of 32 pixels stay recognisable. */
const QUALITY = 40;

/** The map images in one picture, row by row. @param size side of an image, pixels */
export async function pictureSheet(
  { count, pixels }: Ready['mapImages'],
  size: number,
): Promise<RecordedFile['pictures']> {
  const rows = Math.ceil(count / COLUMNS);
  const width = COLUMNS * size;
  const sheet = new Uint8Array(width * rows * size * 3);
  for (let n = 0; n < count; n++) {
    const left = (n % COLUMNS) * size;
    const top = Math.floor(n / COLUMNS) * size;
    for (let y = 0; y < size; y++) {
      const from = (n * size + y) * size * 3;
      sheet.set(pixels.subarray(from, from + size * 3), ((top + y) * width + left) * 3);
    }
  }
  const raw = { width, height: rows * size, channels: 3 } as const;
  const data = await sharp(sheet, { raw }).webp({ quality: QUALITY, effort: 6 }).toBuffer();
  return { columns: COLUMNS, type: 'image/webp', data: toBase64(data) };
}
