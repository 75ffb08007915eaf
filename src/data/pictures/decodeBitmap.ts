import { type DecodeImage, DecoderError, unreadError } from './decode.ts';
import { pictureDecoder } from './pictureDecoder.ts';
import { BITMAP_OPTIONS, type FaithfulReader, faithfulReader } from './readBitmap.ts';

/** Sought before the first picture. */
let reader: Promise<FaithfulReader> | null = null;

/** The browser's decoder, in a page or a worker. */
export const decodeBitmap: DecodeImage = (bytes, name) => {
  reader ??= faithfulReader();
  return decode(bytes, name);
};

const decode = pictureDecoder(async (bytes, name) => {
  const { read } = await (reader ?? faithfulReader());
  if (read === null) {
    throw new DecoderError(
      `${name} cannot be read in this browser: expected a known picture to come back from a canvas as it was drawn, got changed ` +
        'pixels. The browser does this to hinder the recognition of visitors, and a run would train on the changes. ' +
        'Allow this site to read canvases, take another browser or the command line, or save the pictures as PNG, which needs no canvas.',
    );
  }
  const bitmap = await createImageBitmap(new Blob([bytes]), BITMAP_OPTIONS);
  try {
    return await read(bitmap);
  } catch (cause) {
    throw unreadError(name, bitmap, cause);
  } finally {
    bitmap.close();
  }
});

/**
 * What the user should know of how this browser read the pictures so far, in sentences; null: nothing, or
 * there was no picture.
 */
export async function decodingNotice(): Promise<string | null> {
  return reader === null ? null : (await reader).notice;
}
