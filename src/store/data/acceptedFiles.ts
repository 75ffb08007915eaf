import { PICTURE_ENDINGS } from '../../data/pictures/pictureNames.ts';

/**
 * The types that the file picker offers first, as the `accept` of an input. The reader decides by the content
 * of a file.
 */
export const ACCEPTED_FILES = [
  ...['bin', 'gz', 'tgz', 'tar.gz', 'tar', 'zip', 'parquet', ...PICTURE_ENDINGS].map(
    (ending) => `.${ending}`,
  ),
  ...['.txt', '.json', '.safetensors', 'image/png', 'image/jpeg', 'image/webp'],
].join();
