import { fromBase64 } from '../../network/weights.ts';
import type { RecordedFile } from '../../recorded/recordedFile.ts';

/**
 * The images of a sheet, u8 [count, size, size, 3]; empty if this browser cannot read the picture. The page
 * then shows points without thumbnails.
 * @param size side of an image, pixels
 */
export async function pixelsOf(
  { columns, type, data }: RecordedFile['pictures'],
  count: number,
  size: number,
): Promise<Uint8Array> {
  try {
    const sheet = await createImageBitmap(new Blob([fromBase64(data)], { type }));
    const canvas = document.createElement('canvas');
    canvas.width = sheet.width;
    canvas.height = sheet.height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return new Uint8Array(0);
    context.drawImage(sheet, 0, 0);
    sheet.close();
    const { data: rgba, width } = context.getImageData(0, 0, canvas.width, canvas.height);
    return cut(rgba, width, { columns, count, size });
  } catch {
    return new Uint8Array(0);
  }
}

/** @param rgba u8 [rows of pixels, width, 4] */
export function cut(
  rgba: Uint8ClampedArray,
  width: number,
  { columns, count, size }: { readonly columns: number; readonly count: number; readonly size: number },
): Uint8Array {
  const pixels = new Uint8Array(count * size * size * 3);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const left = (n % columns) * size;
    const top = Math.floor(n / columns) * size;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const from = 4 * ((top + y) * width + left + x);
        pixels[at++] = rgba[from]!;
        pixels[at++] = rgba[from + 1]!;
        pixels[at++] = rgba[from + 2]!;
      }
    }
  }
  return pixels;
}
