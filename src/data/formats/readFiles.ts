import { DataError } from '../images/dataset.ts';
import { readPictureFiles } from '../pictures/pictureFiles.ts';
import { isLitter, isPicturePath } from '../pictures/pictureLayout.ts';
import { formatsOfSize } from './cifar.ts';
import { readCifarFiles } from './cifarFiles.ts';
import { fileKind } from './fileKind.ts';
import type { Role, SourceFile } from './files.ts';
import { readParquetFiles } from './parquet/parquetFiles.ts';
import { listed, Progress, type Reading, type ReadOptions, readRange, type Splits } from './reading.ts';
import { adviceSentence, HEAD_BYTES } from './signatures.ts';
import { STL10_IMAGE_BYTES } from './stl10.ts';
import { readStl10Files } from './stl10Files.ts';
import { readTar } from './tarFiles.ts';
import { readZips } from './zipFiles.ts';

/** The words by which errors name each format. */
const FAMILIES = {
  cifar: 'binary files of CIFAR',
  stl10: 'binary files of STL-10',
  gzip: 'a tar.gz archive',
  tar: 'a tar archive',
  zip: 'a zip archive',
  parquet: 'a parquet table',
  picture: 'pictures',
} as const;
type Family = keyof typeof FAMILIES;

const EXPECTED =
  'the binary version of CIFAR-10, CIFAR-100 or STL-10 (.bin, or its .tar.gz), a folder or zip of pictures, or a parquet table';

/** Texts that often lie beside images: names of classes, licences, lists. */
const TEXT = /\.(txt|html?|md|rst|csv|tsv|json|xml|ya?ml|log|sha256|md5)$/i;

/**
 * Reads files in any of the formats. The content tells the format, and where the bytes say nothing, the name
 * does. The result comes after everything was read and checked; nothing else is kept.
 * @param role what the files are for, if the user said so; null: names decide
 * @param called name of the data set; without it, the path of the first file, or its top folder
 * @throws DataError if files are empty, truncated, damaged, of an unknown kind, or of several kinds at once;
 *   the signal's reason when aborted
 */
export async function readFiles(
  files: readonly SourceFile[],
  role: Role | null,
  options: ReadOptions,
  called?: string,
): Promise<Splits> {
  const { side, limits, layout = null, decode, signal, onProgress } = options;
  signal?.throwIfAborted();
  const visible = files.filter(({ path }) => !isLitter(path));
  const texts = visible.filter(({ path }) => TEXT.test(path));
  const chosen = texts.length === visible.length ? texts : visible.filter(({ path }) => !TEXT.test(path));
  if (chosen.length === 0) throw new DataError(`No file with images: expected ${EXPECTED}, got none.`);
  const family = await familyOf(chosen, signal);
  const total = chosen.reduce((sum, { file }) => sum + file.size, 0);
  const reading: Reading = {
    name: called ?? options.name ?? nameOf(chosen),
    role,
    side,
    limits,
    layout,
    decode,
    signal,
    progress: new Progress(total, onProgress),
  };
  switch (family) {
    case 'cifar':
      return readCifarFiles(chosen, texts, reading);
    case 'stl10':
      return readStl10Files(chosen, texts, reading);
    case 'gzip':
    case 'tar':
      if (chosen.length === 1) return readTar(chosen[0]!, family === 'gzip', reading);
      throw new DataError(
        `Several archives: expected one for training and, if you have it, one for testing, got ${listed(chosen.map(({ path }) => path))}. ` +
          'Choose one, or unpack them and choose the folder.',
      );
    case 'zip':
      return readZips(chosen, reading);
    case 'parquet':
      return readParquetFiles(chosen, reading);
    case 'picture':
      return readPictureFiles(chosen, texts, reading);
    default:
      return family satisfies never;
  }
}

/** The name of a file that came alone, or the folder that holds all of many. */
function nameOf(files: readonly SourceFile[]): string {
  const { path } = files[0]!;
  const folder = path.split('/', 1)[0]!;
  return files.length > 1 && files.every((file) => file.path.startsWith(`${folder}/`)) ? folder : path;
}

async function familyOf(files: readonly SourceFile[], signal: AbortSignal | undefined): Promise<Family> {
  let first: { readonly family: Family; readonly path: string } | null = null;
  for (const source of files) {
    const family = await kindOf(source, signal);
    first ??= { family, path: source.path };
    if (family === first.family) continue;
    throw new DataError(
      `Files of different kinds: expected one kind at a time, got ${FAMILIES[first.family]} (${first.path}) and ` +
        `${FAMILIES[family]} (${source.path}). Choose files of one data set.`,
    );
  }
  return first!.family;
}

async function kindOf(source: SourceFile, signal: AbortSignal | undefined): Promise<Family> {
  const { path, file } = source;
  // There are many files. Their content is checked when they are decoded.
  if (isPicturePath(path)) return 'picture';
  if (/_[Xy]\.bin$/.test(path)) return 'stl10';
  const silent = { progress: { count() {} }, signal };
  const isStl = file.size > 0 && file.size % STL10_IMAGE_BYTES === 0 && !isCifarSize(file.size);
  const head = await readRange(source, 0, Math.min(HEAD_BYTES, file.size), silent);
  const found = fileKind(head, isStl || isCifarSize(file.size));
  if (found.kind === 'other') {
    throw new DataError(
      `${path} is of another kind: expected ${EXPECTED}, got ${found.other.words}. ${adviceSentence(found.other)}`,
    );
  }
  if (found.kind !== 'records') return found.kind;
  if (isStl) return 'stl10';
  if (file.size > 0 && !isCifarSize(file.size) && !RECORD_NAME.test(path)) {
    const bytes = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new DataError(
      `${path} is of an unknown kind: expected ${EXPECTED}, got ${file.size} bytes that begin with ${bytes}. Leave it out, or choose other files.`,
    );
  }
  formatsOfSize(path, file.size);
  return 'cifar';
}

/** Names of files that claim to hold records, and are damaged if their size is wrong. */
const RECORD_NAME = /\.bin$|(data|test)_batch/i;

function isCifarSize(bytes: number): boolean {
  return bytes % 3073 === 0 || bytes % 3074 === 0;
}
