import type { FilesSource } from '../../run/protocol.ts';
import { sourceKey } from '../../run/sets/runSummary.ts';
import type { FilesSummary, SourceSummary } from '../../vault/door/entry.ts';
import type { DataSource } from '../settings.ts';

/** Number of files that are named. The user may have chosen a folder of thousands. */
const NAMED = 6;

/** A description of a source that can be stored. */
export function summaryOfSource(source: DataSource): SourceSummary {
  if (source.kind !== 'files') return source;
  const { train, test, kept: _, ...sampling } = source;
  const paths = [...train, ...test].map(({ path }) => path);
  return { ...sampling, count: paths.length, first: paths.slice(0, NAMED), key: sourceKey(source) };
}

/** Where the images of a kept run can come from. */
export interface KeptData {
  readonly source: SourceSummary;
  readonly fingerprint: string | null;
  readonly imagesKept: boolean;
}

/**
 * The source from which to read a kept run's images: its own source, its copy, or the files that are chosen
 * now. The session then checks the files by their fingerprint. If there is no source, a sentence tells the
 * user what to do.
 */
export function sourceOfSummary(
  { source, fingerprint, imagesKept }: KeptData,
  chosen: DataSource,
): DataSource | string {
  if (source.kind !== 'files') return source;
  const { count: _, first: __, key, ...sampling } = source;
  if (fingerprint !== null && imagesKept)
    return { ...sampling, train: [], test: [], kept: { fingerprint, key } };
  if (chosen.kind === 'files' && chosen.train.length > 0) return readAs(chosen, sampling);
  return `No copy of this run’s images is kept. Choose its files again in the Data panel, then resume it: ${filesText(source)}.`;
}

/** The chosen files, read in the way of an earlier run. */
export function readAs(
  { layout: _, ...chosen }: FilesSource,
  way: Pick<FilesSource, 'side' | 'limits' | 'layout' | 'useTheRest'>,
): FilesSource {
  return { ...chosen, ...way };
}

function filesText({ first, count }: FilesSummary): string {
  const more = count - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
