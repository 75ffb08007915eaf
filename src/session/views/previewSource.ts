import type { DataSource } from '../../run/protocol.ts';

/**
 * Images that are read of each part of the files, enough to look around in. A single part is split into both.
 */
export const ENOUGH = 500;

/**
 * The same source, limited to the images that are looked at. Whether enough of them can be read is asked by
 * the run: the preview shows those that can be read.
 */
export function previewSource(source: DataSource): DataSource {
  if (source.kind !== 'files') return source;
  const { limits } = source;
  const least = (asked: number | null) => Math.min(asked ?? ENOUGH, ENOUGH);
  return {
    ...source,
    limits: { train: least(limits.train), test: least(limits.test) },
    useTheRest: true,
  };
}
