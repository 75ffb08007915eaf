import type { Reason } from './ledger.ts';
import { baseName } from './reading.ts';

// Large archives are published in parts (split, zip -s, 7-Zip), and downloads break off. Their names tell it;
// their bytes do not.

/** What a file is by its name: one of several parts of another one, or a download that did not end. */
export interface PartFile {
  /** Words that follow “got”. */
  readonly words: string;
  readonly reason: Reason;
  /** Whether the name tells it whatever the first bytes are, which come out of the middle of an archive. */
  readonly isSure: boolean;
}

/** Endings of files that are packed, which say that letters or digits after them number a part. */
const PACKED = '(?:\\.(?:tar|gz|tgz|zip|bz2|xz|zst|7z|rar|bin|parquet))';
const NUMBERED = [
  /^(.+)\.(?:000|001)$/,
  /^(.+)[._-]part[._-]?(?:\d{1,3}|[a-z]{2})$/i,
  /^(.+)[._-](?:aa|ab)$/,
  new RegExp(`^(.+${PACKED})[._-]?(?:a[a-z]|\\.\\d{2,3})$`, 'i'),
];
/** Later parts, which count only beside a first one. */
const LATER = [/^(.+)\.\d{3}$/, /^(.+)[._-][a-z]{2}$/];
const FIRST_ENDINGS = ['.000', '.001', '.aa', '_aa', '-aa'];
const UNFINISHED = /\.(crdownload|partial|part|download|aria2|opdownload|!ut)$/i;

/**
 * What a file is whose name says that it is a part of another one; null if it says nothing.
 * @param paths all files that were given
 */
export function partFile(path: string, paths: ReadonlySet<string>): PartFile | null {
  if (UNFINISHED.test(path)) {
    return {
      isSure: true,
      words: 'a download that did not come to its end',
      reason: {
        label: 'unfinished download',
        plural: 'unfinished downloads',
        advice: 'download it again, to its end',
        group: 'picture',
        holdsMany: true,
      },
    };
  }
  const zip = /^(.+)\.z\d\d$/i.exec(path)?.[1];
  const whole = zip === undefined ? wholeOf(path, paths) : `${zip}.zip`;
  if (whole === null) return null;
  const name = baseName(whole);
  const parts =
    path.slice(0, whole.length) === whole ? `${name}${path[whole.length]!.replace(/\w/, '')}*` : '';
  const advice =
    zip !== undefined
      ? `make them one, as by “zip -s 0 ${name} --out whole.zip”, and choose whole.zip`
      : /\.(7z|rar)$/i.test(name)
        ? 'unpack them together with the program that made them, and choose the folder'
        : `join them, as by “cat ${parts} > ${name}”, and choose ${name}`;
  // Where the whole lies beside its parts, nothing is missed.
  const isJoined = zip === undefined && paths.has(whole);
  return {
    isSure: new RegExp(`${PACKED}$`, 'i').test(whole),
    words: 'one part of a file that was cut into several',
    reason: {
      ...{ label: 'part of a larger file', plural: 'parts of a larger file', advice: isJoined ? '' : advice },
      ...(isJoined ? { group: 'other' } : { group: 'picture', holdsMany: true }),
    },
  };
}

/** The path of the file of which a file is a part; null if it is none. */
function wholeOf(path: string, paths: ReadonlySet<string>): string | null {
  for (const pattern of NUMBERED) {
    const whole = pattern.exec(path)?.[1];
    if (whole !== undefined) return whole;
  }
  for (const pattern of LATER) {
    const whole = pattern.exec(path)?.[1];
    if (whole !== undefined && FIRST_ENDINGS.some((ending) => paths.has(whole + ending))) return whole;
  }
  return null;
}
