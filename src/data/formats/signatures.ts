/** A kind of file that cannot be read here, and what its owner can do. */
export interface UnreadKind {
  /** Its name in a list, as “30 HEIC”. */
  readonly label: string;
  /** Words that follow “got”. */
  readonly words: string;
  /** Its name in a list of several, as “3 web pages”; without it, the names of formats stay as they are. */
  readonly plural?: string;
  /** What to do, as a clause that may follow one file or many. */
  readonly advice: string;
  /**
   * A picture, if not such as is read here; a text, as often lies beside pictures; or nothing that can be an
   * image. Without it, it may hold images.
   */
  readonly holds?: 'picture' | 'text' | 'nothing';
}

interface Signature extends UnreadKind {
  /** What the bytes from `at` on must be; one character is one byte. */
  readonly magic: string;
  /** Position of the magic; 0 without it. */
  readonly at?: number;
  /** What must stand elsewhere too. */
  readonly also?: { readonly at: number; readonly magic: string };
  /** So short that records may begin like this: it counts only if the size fits no records. */
  readonly isWeak?: true;
}

/** How many bytes of a file the signatures want to see: the last one ends at byte 348. */
export const HEAD_BYTES = 512;

const CONVERT = 'convert to PNG or JPEG';
const UNREADABLE = `Chrome cannot read them; ${CONVERT}`;
const FRAMES = 'save its frames as PNG or JPEG';
const NO_IMAGES = 'it holds no images: leave it out';
const UNPACK = 'unpack it and choose the folder';
const REPACK = 'unpack it, and choose the folder or pack it as .tar, .tar.gz or .zip';
const PICKLED = 'choose the data set’s binary version (as cifar-10-binary.tar.gz), or save the images as PNG';
const ARRAYS = 'save the images as PNG in a folder for each class, or as a parquet table';
const WEIGHTS =
  'it holds weights of a network, not images: give it to --weights, or drop it on the page by itself';

const kind = (label: string, words: string, advice: string): UnreadKind => ({ label, words, advice });
const picture = (label: string, words: string, advice = CONVERT): UnreadKind => ({
  ...kind(label, words, advice),
  holds: 'picture',
});
/** A kind whose label is a word, and no name. */
const counted = (label: string, words: string, advice: string): UnreadKind => ({
  ...kind(label, words, advice),
  plural: `${label}s`,
});
const written = (label: string, words: string): UnreadKind => ({
  ...kind(label, words, NO_IMAGES),
  holds: 'text',
});

/** A kind that never holds images. */
const imageless = (label: string, words: string, advice = NO_IMAGES): UnreadKind => ({
  ...kind(label, words, advice),
  holds: 'nothing',
});

const HEIC = picture('HEIC', 'a HEIC photograph', UNREADABLE);
const AVIF = picture('AVIF', 'an AVIF image');
const TIFF = picture('TIFF', 'a TIFF image or a camera’s raw file', UNREADABLE);
const VIDEO = counted('video', 'a video', FRAMES);
const MP4 = kind('MP4', 'an MP4 video', FRAMES);
const SOUND = imageless('sound', 'a sound file');
const PROGRAM: UnreadKind = { ...imageless('program', 'a program'), plural: 'programs' };
const MATLAB = kind(
  'MATLAB',
  'a MATLAB file',
  'choose the data set’s binary version, or save the images as PNG',
);
const PICKLE = counted('pickle', 'a Python pickle', PICKLED);
const PNM = picture('Netpbm', 'a Netpbm image (PGM, PPM)');
const PCX = picture('PCX', 'a PCX image');
const TGA = picture('TGA', 'a TGA image');
const IDX = kind('IDX', 'an IDX file, as MNIST has', ARRAYS);
const WEB_PAGE = counted(
  'web page',
  'a web page (HTML)',
  'a server sent it in place of the file: open the address in a browser, sign in if asked, and download the file itself',
);
const XML = kind('XML', 'an XML file', 'if a server sent it in place of the data, read it for the reason');
const LFS = counted(
  'Git LFS pointer',
  'a pointer of Git LFS in place of the file',
  'run “git lfs pull” in its folder, or download the file itself',
);
const JSON_FILE = written('JSON', 'a JSON file');
const TEXT = written('text', 'a text file');

/** The kinds by their first bytes. Of several that fit, the first counts. */
const SIGNATURES: readonly Signature[] = [
  // ISO media files differ by their brand.
  ...['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].map((brand) => ({
    ...HEIC,
    magic: `ftyp${brand}`,
    at: 4,
  })),
  ...['avif', 'avis'].map((brand) => ({ ...AVIF, magic: `ftyp${brand}`, at: 4 })),
  { ...TIFF, magic: 'ftypcrx', at: 4 },
  { ...kind('QuickTime', 'a QuickTime video', FRAMES), magic: 'ftypqt', at: 4 },
  { ...SOUND, magic: 'ftypM4A', at: 4 },
  { ...MP4, magic: 'ftyp', at: 4 },
  { ...kind('QuickTime', 'a QuickTime video', FRAMES), magic: 'moov', at: 4 },
  { ...VIDEO, magic: '\x1a\x45\xdf\xa3' },
  { ...VIDEO, magic: 'RIFF', also: { at: 8, magic: 'AVI ' } },
  { ...VIDEO, magic: '\0\0\x01\xba', isWeak: true },
  { ...SOUND, magic: 'RIFF', also: { at: 8, magic: 'WAVE' } },
  { ...SOUND, magic: 'ID3' },
  { ...SOUND, magic: 'OggS' },
  { ...SOUND, magic: 'fLaC' },
  { ...picture('RIFF', 'a RIFF file'), magic: 'RIFF' },
  // Pictures that not every road decodes alike.
  { ...picture('GIF', 'a GIF image'), magic: 'GIF8' },
  { ...TIFF, magic: 'II*\0' },
  { ...TIFF, magic: 'MM\0*' },
  { ...TIFF, magic: 'II+\0' },
  { ...TIFF, magic: 'FUJIFILMCCD-RAW' },
  { ...picture('JPEG XL', 'a JPEG XL image'), magic: '\0\0\0\x0cJXL \r\n\x87\n' },
  { ...picture('JPEG XL', 'a JPEG XL image'), magic: '\xff\x0a', isWeak: true },
  { ...picture('JPEG 2000', 'a JPEG 2000 image'), magic: '\0\0\0\x0cjP  \r\n\x87\n' },
  { ...picture('JPEG 2000', 'a JPEG 2000 image'), magic: '\xff\x4f\xff\x51' },
  { ...picture('PSD', 'a Photoshop document'), magic: '8BPS' },
  { ...picture('OpenEXR', 'an OpenEXR image'), magic: 'v/1\x01' },
  { ...picture('DDS', 'a DDS texture'), magic: 'DDS ' },
  { ...picture('HDR', 'a Radiance image (HDR)'), magic: '#?RADIANCE' },
  { ...picture('HDR', 'a Radiance image (HDR)'), magic: '#?RGBE' },
  { ...picture('XCF', 'a GIMP document'), magic: 'gimp xcf' },
  ...['\0', '\x02', '\x03', '\x04', '\x05'].map(
    (version) => ({ ...PCX, magic: `\n${version}\x01`, isWeak: true }) as const,
  ),
  { ...picture('icon', 'a Windows icon'), plural: 'icons', magic: '\0\0\x01\0', isWeak: true },
  { ...picture('BMP', 'a BMP image'), magic: 'BM', isWeak: true },
  ...['1', '2', '3', '4', '5', '6'].flatMap((digit) =>
    ['\n', ' ', '\r'].map((space) => ({ ...PNM, magic: `P${digit}${space}`, isWeak: true }) as const),
  ),
  { ...picture('DICOM', 'a DICOM image'), magic: 'DICM', at: 128 },
  { ...picture('NIfTI', 'a NIfTI volume'), magic: 'n+1\0', at: 344 },
  { ...picture('FITS', 'a FITS image'), magic: 'SIMPLE  =' },
  // Arrays and tables. torch.save wrote a number of its own before 2020.
  {
    ...imageless('PyTorch file', 'weights of PyTorch (.pt, .pth)'),
    magic: '\x80\x02\x8a\x0al\xfc\x9c\x46\xf9',
  },
  ...[2, 3, 4, 5].map((protocol) => ({
    ...PICKLE,
    words: `a Python pickle (protocol ${protocol})`,
    magic: `\x80${String.fromCharCode(protocol)}`,
  })),
  ...['(dp', '(lp', '}q', ']q', '(d.', 'ccopy_reg'].map(
    (magic) => ({ ...PICKLE, words: 'a Python pickle (protocol 0 or 1)', magic, isWeak: true }) as const,
  ),
  { ...kind('NumPy', 'a NumPy array', ARRAYS), magic: '\x93NUMPY' },
  { ...kind('HDF5', 'an HDF5 file', ARRAYS), magic: '\x89HDF' },
  { ...MATLAB, magic: 'MATLAB ' },
  ...[1, 2, 3, 4].map(
    (rank) => ({ ...IDX, magic: `\0\0\x08${String.fromCharCode(rank)}`, isWeak: true }) as const,
  ),
  { ...kind('Arrow', 'an Arrow table', 'save it as parquet'), magic: 'ARROW1' },
  { ...kind('Arrow', 'an Arrow stream', 'save it as parquet'), magic: '\xff\xff\xff\xff', isWeak: true },
  { ...kind('Feather', 'a Feather table', 'save it as parquet'), magic: 'FEA1' },
  { ...kind('SQLite', 'an SQLite database', ARRAYS), magic: 'SQLite format 3' },
  { ...kind('LMDB', 'an LMDB database', ARRAYS), magic: '\xde\xc0\xef\xbe', at: 16 },
  { ...imageless('GGUF', 'a GGUF model'), magic: 'GGUF' },
  { ...imageless('safetensors', 'a safetensors file', WEIGHTS), magic: '{"', at: 8, isWeak: true },
  // A TFRecord begins with a length below 2³², its check, and then a protocol buffer.
  {
    ...kind('TFRecord', 'a TFRecord', ARRAYS),
    magic: '\0\0\0\0',
    at: 4,
    also: { at: 12, magic: '\n' },
    isWeak: true,
  },
  // Packed files.
  { ...kind('bzip2', 'a bzip2 file', REPACK), magic: 'BZh' },
  { ...kind('xz', 'an xz file', REPACK), magic: '\xfd7zXZ\0' },
  { ...kind('7-Zip', 'a 7-Zip archive', REPACK), magic: '7z\xbc\xaf\x27\x1c' },
  { ...kind('RAR', 'a RAR archive', REPACK), magic: 'Rar!' },
  { ...kind('Zstandard', 'a Zstandard file', REPACK), magic: '\x28\xb5\x2f\xfd' },
  { ...kind('LZ4', 'an LZ4 file', REPACK), magic: '\x04\x22\x4d\x18', isWeak: true },
  { ...kind('compress', 'a file of Unix compress', REPACK), magic: '\x1f\x9d', isWeak: true },
  // Others.
  { ...kind('PDF', 'a PDF document', 'take the pictures out of it as PNG or JPEG'), magic: '%PDF' },
  { ...PROGRAM, magic: '\x7fELF' },
  { ...PROGRAM, magic: 'MZ', isWeak: true },
  { ...written('OLE', 'an old Office document'), magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
];

/** Kinds that are readable alone, but not in the place of a picture. */
const IN_PLACE_OF_A_PICTURE: readonly Signature[] = [
  { ...kind('gzip', 'a gzip file', UNPACK), magic: '\x1f\x8b' },
  { ...kind('zip', 'a zip archive', UNPACK), magic: 'PK\x03\x04' },
  { ...kind('tar', 'a tar archive', UNPACK), magic: 'ustar', at: 257 },
  { ...kind('parquet', 'a parquet table', 'choose it alone'), magic: 'PAR1' },
];

/**
 * Pictures that are not read, by the endings of their names. A TGA has no mark at its start, and a raw
 * picture has none at all.
 */
const PICTURE_ENDINGS: Readonly<Record<string, UnreadKind>> = {
  ...Object.fromEntries(['tga', 'icb', 'vda', 'vst'].map((ending) => [ending, TGA])),
  ...Object.fromEntries(['heic', 'heif', 'hif'].map((ending) => [ending, HEIC])),
  ...Object.fromEntries(
    ['tif', 'tiff', 'cr2', 'cr3', 'nef', 'arw', 'dng', 'raf', 'orf', 'rw2', 'pef'].map((ending) => [
      ending,
      TIFF,
    ]),
  ),
  ...Object.fromEntries(['pbm', 'pgm', 'ppm', 'pnm', 'pam'].map((ending) => [ending, PNM])),
  avif: AVIF,
  bmp: picture('BMP', 'a BMP image'),
  dcm: picture('DICOM', 'a DICOM image'),
  exr: picture('OpenEXR', 'an OpenEXR image'),
  gif: picture('GIF', 'a GIF image'),
  hdr: picture('HDR', 'a Radiance image (HDR)'),
  jp2: picture('JPEG 2000', 'a JPEG 2000 image'),
  jxl: picture('JPEG XL', 'a JPEG XL image'),
  pcx: PCX,
  psd: picture('PSD', 'a Photoshop document'),
  raw: picture('raw', 'raw pixels without their size'),
  xcf: picture('XCF', 'a GIMP document'),
};

/** Other files whose bytes say nothing, by the endings of their names. */
const OTHER_ENDINGS: Readonly<Record<string, UnreadKind>> = {
  mat: MATLAB,
  onnx: imageless('ONNX model', 'an ONNX model'),
  pb: imageless('TensorFlow model', 'a TensorFlow model'),
  tflite: imageless('TensorFlow Lite model', 'a TensorFlow Lite model'),
};

/** The kind that a file's name claims, where it is no picture; null if it claims none. */
export function otherKindByEnding(path: string): UnreadKind | null {
  return byEnding(OTHER_ENDINGS, path);
}

/** The kind of picture that a file's name claims, of those that are not read; null if it claims none. */
export function kindByEnding(path: string): UnreadKind | null {
  return byEnding(PICTURE_ENDINGS, path);
}

function byEnding(kinds: Readonly<Record<string, UnreadKind>>, path: string): UnreadKind | null {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(kinds, ending) ? kinds[ending]! : null;
}

/**
 * The kind of a file that cannot be read, by its first `HEAD_BYTES` bytes; null if they are not known.
 * @param fitsRecords whether the size is that of records, which may begin with any byte below 100: then only
 *   signatures count that are too long to come by chance
 */
export function unreadKind(head: Uint8Array, fitsRecords: boolean): UnreadKind | null {
  const found = SIGNATURES.find((one) => (!fitsRecords || one.isWeak !== true) && fits(head, one));
  if (found !== undefined) return kindOf(found);
  return fitsRecords && head[0]! < 10 ? null : textKind(head);
}

/** The kind of a file that stands where a picture must be; null if its bytes are not known. */
export function kindInPlaceOfPicture(head: Uint8Array): UnreadKind | null {
  const found = IN_PLACE_OF_A_PICTURE.find((one) => fits(head, one));
  if (found !== undefined) return kindOf(found);
  return unreadKind(head, false);
}

/** A signature's kind alone. */
function kindOf({ label, words, advice, plural, holds }: Signature): UnreadKind {
  return { label, words, advice, ...(plural && { plural }), ...(holds && { holds }) };
}

function textKind(head: Uint8Array): UnreadKind | null {
  const text = readable(head);
  if (text === null || text === '') return null;
  if (/^(<!doctype html|<html|<head|<body|<!--)/i.test(text)) return WEB_PAGE;
  if (/^<\?xml[^>]*>\s*(<!doctype )?<?(svg|html)/i.test(text) || /^<svg/i.test(text)) {
    return /svg/i.test(text) ? picture('SVG', 'an SVG drawing') : WEB_PAGE;
  }
  if (/^<(\?xml|!doctype|error)/i.test(text)) return XML;
  if (text.startsWith('version https://git-lfs')) return LFS;
  return /^[{[]/.test(text) ? JSON_FILE : TEXT;
}

/** The head as text; null if it is none in UTF-8, or in UTF-16 with its mark. */
function readable(head: Uint8Array): string | null {
  const isWide = fits(head, { magic: '\xff\xfe' }) || fits(head, { magic: '\xfe\xff' });
  const encoding = !isWide ? 'utf-8' : head[0] === 0xff ? 'utf-16le' : 'utf-16be';
  try {
    // The last letter may be cut in two.
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell bytes from text
    return /[\0-\x08\x0b\x0e-\x1f\x7f]/.test(text) ? null : text.trimStart();
  } catch {
    return null;
  }
}

function fits(head: Uint8Array, { magic, at = 0, also }: Pick<Signature, 'magic' | 'at' | 'also'>): boolean {
  for (let i = 0; i < magic.length; i++) if (head[at + i] !== magic.charCodeAt(i)) return false;
  return also === undefined || fits(head, also);
}

/** What to do, as a sentence of its own. */
export function adviceSentence({ advice }: Pick<UnreadKind, 'advice'>): string {
  return `${advice[0]!.toUpperCase()}${advice.slice(1)}.`;
}
