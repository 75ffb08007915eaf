import type { Splits } from '../../src/data/formats/reading.ts';
import type { Dataset } from '../../src/data/images/dataset.ts';
import { CONTAINED } from './contained.ts';
import type { Input, StatedImage } from './inputs.ts';
import { NEIGHBOURS } from './neighbourInputs.ts';
import { pixelsOf } from './pack.ts';
import { PARTS } from './partInputs.ts';
import { SAME_NAMES } from './sameNameInputs.ts';
import { TABLES } from './tableInputs.ts';
import { TARS } from './tarInputs.ts';
import { ALONE } from './unreadInputs.ts';
import { WEB_DATASETS } from './webDatasetInputs.ts';
import { GZIPS, ZIPS } from './zipInputs.ts';

/** All inputs. Their names are unique. */
export const INPUTS: readonly Input[] = [
  ...CONTAINED,
  ...TARS,
  ...GZIPS,
  ...ZIPS,
  ...WEB_DATASETS,
  ...NEIGHBOURS,
  ...PARTS,
  ...TABLES,
  ...SAME_NAMES,
  ...ALONE,
];

/**
 * What differs between what came of an input and what must come of it, in words; null if nothing does.
 * @param outcome what a reader gave, or the words of its refusal
 */
export function difference({ stated }: Input, outcome: Splits | string): string | null {
  if ('refused' in stated) {
    if (typeof outcome !== 'string') return `expected a refusal with “${stated.refused}”, got images`;
    return outcome.includes(stated.refused) ? null : `expected “${stated.refused}”, got “${outcome}”`;
  }
  if (typeof outcome === 'string') return `expected images, got “${outcome}”`;
  const { side = 8, notices = [] } = stated;
  for (const [role, images] of [
    ['train', stated.train],
    ['test', stated.test ?? []],
  ] as const) {
    const found = differenceIn(outcome[role], images, side);
    if (found !== null) return `${role}: ${found}`;
  }
  if (stated.classes !== undefined && stated.classes.join() !== outcome.train?.classes.join())
    return `classes: expected ${stated.classes.join()}, got ${outcome.train?.classes.join()}`;
  const said = (outcome.notices ?? []).join('\n');
  const fits = notices.every((notice) => said.includes(notice)) && (notices.length > 0 || said === '');
  return fits ? null : `notices: expected “${notices.join('\n')}”, got “${said}”`;
}

function differenceIn(set: Dataset | undefined, images: readonly StatedImage[], side: number): string | null {
  if (set === undefined) return images.length === 0 ? null : `expected ${images.length} images, got none`;
  if (set.count !== images.length || set.size !== side)
    return `expected ${images.length} images of ${side} pixels, got ${set.count} of ${set.size}`;
  const classes = new Set(images.flatMap(({ of }) => of ?? []));
  if (set.classes.length !== classes.size)
    return `expected ${classes.size} classes, got ${set.classes.join(', ')}`;
  const bytes = 3 * side * side;
  for (const [i, { seed, grey, of }] of images.entries()) {
    const label = set.classes[set.labels[i]!] ?? null;
    if (label !== of) return `image ${i}: expected the class ${of}, got ${label}`;
    const pixels = seed === undefined ? new Uint8Array(bytes).fill(grey ?? 0) : pixelsOf(seed, side);
    const at = pixels.findIndex((byte, p) => byte !== set.pixels[i * bytes + p]);
    if (at >= 0) return `image ${i}: expected ${pixels[at]} at byte ${at}, got ${set.pixels[i * bytes + at]}`;
  }
  return null;
}
