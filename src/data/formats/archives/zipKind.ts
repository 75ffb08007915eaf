import type { UnreadKind } from '../signatures.ts';

// Documents, weights and arrays are zips too. What their entries are called tells them from a zip of files.

const DOCUMENT: UnreadKind = {
  label: 'document',
  words: 'an Office document (docx, xlsx, pptx)',
  plural: 'documents',
  advice: 'it holds no images to train on: leave it out',
  holds: 'text',
};
const OPEN_DOCUMENT: UnreadKind = { ...DOCUMENT, words: 'an OpenDocument file or a book (odt, ods, epub)' };
const TORCH: UnreadKind = {
  label: 'PyTorch file',
  words: 'weights of PyTorch (.pt, .pth)',
  plural: 'PyTorch files',
  advice: 'it holds weights or tensors, not images: leave it out',
  holds: 'nothing',
};
const KERAS: UnreadKind = { ...TORCH, label: 'Keras model', words: 'a Keras model', plural: 'Keras models' };
const ARRAYS: UnreadKind = {
  label: 'NumPy',
  words: 'NumPy arrays (npz)',
  advice: 'save the images as PNG in a folder for each class, or as a parquet table',
};
const JAVA: UnreadKind = {
  label: 'program',
  words: 'a program in Java (jar, apk)',
  plural: 'programs',
  advice: 'it holds no images: leave it out',
  holds: 'nothing',
};

/**
 * The kind of a zip by the names of its entries; null if it is a zip of files.
 * @param names all of them, or the first alone, which then only suggests a kind
 */
export function kindOfZip(names: readonly string[]): UnreadKind | null {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const areAll = (pattern: RegExp) => names.length > 0 && names.every((name) => pattern.test(name));
  if (has(/^\[Content_Types\]\.xml$|^_rels\/\.rels$/)) return DOCUMENT;
  if (names[0] === 'mimetype') return OPEN_DOCUMENT;
  if (has(/^META-INF\/(MANIFEST\.MF)?$|^AndroidManifest\.xml$/)) return JAVA;
  // torch.save has one folder: data.pkl, the bytes of each tensor by its number, and a few notes.
  if (
    areAll(
      /^[^/]+\/(data\.pkl|constants\.pkl|version|byteorder|\.format_version|\.storage_alignment|(data|code|constants|extra|\.data)\/.*)$/,
    ) &&
    has(/\/data\.pkl$/)
  )
    return TORCH;
  if (areAll(/\.npy$/)) return ARRAYS;
  return areAll(/^(metadata\.json|config\.json|model\.weights\.h5|assets\/.*)$/) ? KERAS : null;
}

/** The kind that the first bytes of a zip suggest, by the name of its first entry; null if none. */
export function kindOfZipHead(head: Uint8Array): UnreadKind | null {
  if (head.length < 30 || head[0] !== 0x50 || head[1] !== 0x4b || head[2] !== 3 || head[3] !== 4) return null;
  const length = head[26]! + 256 * head[27]!;
  return kindOfZip([new TextDecoder().decode(head.subarray(30, 30 + length))]);
}
