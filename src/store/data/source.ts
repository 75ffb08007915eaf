import { type Guess, guess } from '../../data/formats/guess.ts';
import { hubSet } from '../../data/hub/catalogue.ts';
import type { PresetData } from '../../presets.ts';
import type { DataSource, FilesSource, HubSource } from '../../run/protocol.ts';

export type { Guess } from '../../data/formats/guess.ts';

/** Emoji-10's images (datasets/emoji10). */
const EMBEDDED: Guess = { recipe: 'cifar10', words: 'Emoji-10', side: 32, train: 5000, test: 1000 };

/** The side for pictures of different sizes, unless the user sets another (data/pictures/pictures.ts). */
const USUAL_SIDE = 64;

/** Bytes of pixels that a page has room for. Of a larger data set, only a part of the images is read. */
const ROOM = 600e6;

/** What the page knows of a source before it reads any of it. */
export function guessOf(source: DataSource): Guess {
  if (source.kind === 'emoji10') return EMBEDDED;
  return source.kind === 'hub' ? guessOfHub(source) : guess(source.train, source.test, source);
}

function guessOfHub({ set, side, limits }: HubSource): Guess {
  const { label, train, test } = hubSet(set);
  return {
    recipe: set,
    words: label,
    side: side ?? { cifar10: 32, cifar100: 32, stl10: 96, imagenet100: USUAL_SIDE }[set],
    train: Math.min(train.rows, limits.train ?? train.rows),
    test: Math.min(test.rows, limits.test ?? test.rows),
  };
}

/** The data for which presets exist that fits a source. */
export function presetDataOf(source: DataSource): PresetData {
  return source.kind === 'emoji10' ? 'emoji10' : guessOf(source).recipe;
}

/**
 * Side of the images in a run of this source, pixels. A side that is only known after reading is assumed to
 * be usual.
 */
export function sideOf(source: DataSource): number {
  return guessOf(source).side ?? USUAL_SIDE;
}

/** Whether reading the images needs no other host: they are the page's own, or files that the user chose. */
export function isAtHand({ kind }: DataSource): boolean {
  return kind === 'emoji10' || kind === 'files';
}

/**
 * The source, limited to as many training images as a page has room for. Only the largest sets are limited.
 */
export function withRoom(source: FilesSource): FilesSource {
  const { train } = guessOf(source);
  const most = Math.floor(ROOM / (3 * sideOf(source) ** 2));
  if (train === null || train <= most) return source;
  const rounded = Math.max(1, most - (most % 1000));
  return { ...source, limits: { ...source.limits, train: rounded } };
}
