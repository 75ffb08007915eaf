import type { Decoded, DecodeImage } from './decode.ts';
import { decodeInto, PictureSheet } from './pictures.ts';

/** What becomes of a picture on one road. */
export type Outcome =
  | {
      readonly width: number;
      readonly height: number;
      /** u8 [height, width, 4], RGBA. */
      readonly pixels: Uint8Array;
    }
  | { readonly refusal: string };

/** Reads a picture as a data set is read, or gives the words that refuse it. */
export async function outcomeOf(
  decode: DecodeImage,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Outcome> {
  let decoded: Decoded | undefined;
  const noted: DecodeImage = async (...picture) => {
    decoded = await decode(...picture);
    return decoded;
  };
  try {
    await decodeInto(new PictureSheet('one picture', 1, 8), [{ name, bytes }], noted);
    const { width, height, pixels } = decoded!;
    return { width, height, pixels: new Uint8Array(pixels) };
  } catch (fault) {
    return { refusal: fault instanceof Error ? fault.message : String(fault) };
  }
}
