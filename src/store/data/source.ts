import { type Guess, guess } from '../../data/formats/guess.ts';
import { hubSet } from '../../data/hub/catalogue.ts';
import type { PresetData } from '../../presets.ts';
import type { DataSource, FilesSource, HubSource } from '../../run/protocol.ts';

export type { Guess } from '../../data/formats/guess.ts';

/** Emoji-10's images (datasets/emoji10). */
const EMBEDDED: Guess = { recipe: 'cifar10', words: 'Emoji-10', side: 32, train: 5000, test: 1000 };

/** The side that pictures of different sizes get where nobody says another (data/pictures/pictures.ts). */
const USUAL_SIDE = 64;

/** Pixels that a data set may take before fewer of its images are read than there are, bytes. */
const ROOM = 600e6;

/** What the page knows of a source before anything of it is read. */
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

/** Which presets were made for a source. */
export function presetDataOf(source: DataSource): PresetData {
  return source.kind === 'emoji10' ? 'emoji10' : guessOf(source).recipe;
}

/** Side of the images that a run of this source would get, in pixels: what only reading tells is taken to be usual. */
export function sideOf(source: DataSource): number {
  return guessOf(source).side ?? USUAL_SIDE;
}

/** The images are the page's own or files at hand: reading them asks nothing of another host. */
export function isAtHand({ kind }: DataSource): boolean {
  return kind === 'emoji10' || kind === 'files';
}

/** The source with as many of its training images as a page has room for: all of them, but of the largest sets. */
export function withRoom(source: FilesSource): FilesSource {
  const { train } = guessOf(source);
  const most = Math.floor(ROOM / (3 * sideOf(source) ** 2));
  if (train === null || train <= most) return source;
  const rounded = Math.max(1, most - (most % 1000));
  return { ...source, limits: { ...source.limits, train: rounded } };
}
