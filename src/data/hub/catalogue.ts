import type { RecipeId } from '../images/recipe.ts';
import { mostImages } from '../pictures/pixelRoom.ts';

// The data sets that the page can fetch from Hugging Face. A revision is a commit, so its files never change:
// what is kept of them stays right, and a table that differs is not the one described here.

/** A table of one part of a data set; a large part has several, its shards. */
export interface HubFile {
  /** Path below the repository's root. */
  readonly path: string;
  /** Bytes of the file; null if they are not known here. */
  readonly bytes: number | null;
}

export interface HubPart {
  readonly files: readonly HubFile[];
  /** Rows in all files together. */
  readonly rows: number;
  /** About how many bytes are fetched for one row. The estimate before the first request uses it. */
  readonly rowBytes: number;
}

export interface HubSet {
  readonly id: RecipeId;
  readonly label: string;
  /** The repository: owner/name. */
  readonly repository: string;
  /** Commit of the repository. */
  readonly revision: string;
  readonly train: HubPart;
  readonly test: HubPart;
  readonly classes: number;
  /** Columns that the tables must have: the pictures' and the labels'. */
  readonly columns: { readonly image: string; readonly label: string };
  /** A sentence that says what the pictures are. */
  readonly about: string;
  /** Sides that are offered, pixels; null: pictures stay as they are. The first is the default. */
  readonly sides: readonly (number | null)[];
  /** What the authors allow and ask for. */
  readonly licence: string;
  readonly citation: string;
}

const KRIZHEVSKY =
  'A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, University of Toronto, 2009.';
const CIFAR_LICENCE =
  'Its authors name no licence: they publish it for research and ask that their report is cited. The pictures come from the web and belong to whoever took them.';

/** All shards of a part whose files are numbered, with the names that the Hub's own writer gives. */
function shards(stem: string, count: number): HubFile[] {
  const number = (n: number) => String(n).padStart(5, '0');
  return Array.from({ length: count }, (_, i) => ({
    path: `${stem}-${number(i)}-of-${number(count)}.parquet`,
    bytes: null,
  }));
}

export const HUB_SETS: readonly HubSet[] = [
  {
    id: 'cifar10',
    label: 'CIFAR-10',
    repository: 'uoft-cs/cifar10',
    revision: '0b2714987fa478483af9968de7c934580d0bb9a2',
    train: {
      files: [{ path: 'plain_text/train-00000-of-00001.parquet', bytes: 119_705_255 }],
      rows: 50_000,
      rowBytes: 2394,
    },
    test: {
      files: [{ path: 'plain_text/test-00000-of-00001.parquet', bytes: 23_940_850 }],
      rows: 10_000,
      rowBytes: 2394,
    },
    classes: 10,
    columns: { image: 'img', label: 'label' },
    about: 'Photographs of 32 × 32 pixels in 10 classes, in mixed order.',
    sides: [null],
    licence: CIFAR_LICENCE,
    citation: KRIZHEVSKY,
  },
  {
    id: 'cifar100',
    label: 'CIFAR-100',
    repository: 'uoft-cs/cifar100',
    revision: 'aadb3af77e9048adbea6b47c21a81e47dd092ae5',
    train: {
      files: [{ path: 'cifar100/train-00000-of-00001.parquet', bytes: 118_518_617 }],
      rows: 50_000,
      rowBytes: 2370,
    },
    test: {
      files: [{ path: 'cifar100/test-00000-of-00001.parquet', bytes: 23_772_751 }],
      rows: 10_000,
      rowBytes: 2377,
    },
    classes: 100,
    columns: { image: 'img', label: 'fine_label' },
    about: 'Photographs of 32 × 32 pixels in 100 classes, in mixed order.',
    sides: [null],
    licence: CIFAR_LICENCE,
    citation: KRIZHEVSKY,
  },
  {
    id: 'stl10',
    label: 'STL-10',
    repository: 'tanganke/stl10',
    revision: '49ae7f94508f7feae62baf836db284306eab0b0f',
    train: { files: shards('data/train', 1), rows: 5000, rowBytes: 17_700 },
    test: { files: shards('data/test', 1), rows: 8000, rowBytes: 17_700 },
    classes: 10,
    columns: { image: 'image', label: 'label' },
    about:
      'Photographs of 96 × 96 pixels in 10 classes: the labelled parts only. The 100,000 unlabelled ones are in the official archive, which can be dropped on this page.',
    sides: [null, 64, 48, 32],
    licence:
      'Its authors name no licence: they publish it for research and ask that their paper is cited. The pictures come from ImageNet.',
    citation:
      'A. Coates, H. Lee, A. Y. Ng: An Analysis of Single-Layer Networks in Unsupervised Feature Learning. AISTATS, 2011.',
  },
  {
    id: 'imagenet100',
    label: 'ImageNet-100',
    repository: 'clane9/imagenet-100',
    revision: '0519dc2f402a3a18c6e57f7913db059215eee25b',
    train: { files: shards('data/train', 17), rows: 126_689, rowBytes: 61_000 },
    test: { files: shards('data/validation', 1), rows: 5000, rowBytes: 61_000 },
    classes: 100,
    columns: { image: 'image', label: 'label' },
    about:
      'Photographs of 100 classes of ImageNet, their shorter side 160 pixels: the middle is cut out and resized.',
    sides: [64, 32, 96, 128],
    licence:
      'ImageNet is for non-commercial research and education only, under its terms of access (image-net.org/download): by downloading you say that you use it so.',
    citation:
      'O. Russakovsky et al.: ImageNet Large Scale Visual Recognition Challenge. IJCV 115, 2015. The choice of 100 classes: Y. Tian, D. Krishnan, P. Isola: Contrastive Multiview Coding. ECCV, 2020.',
  },
];

export type HubSetId = RecipeId;

/** The data set with this id. @throws RangeError if it is not in the catalogue */
export function hubSet(id: HubSetId): HubSet {
  const set = HUB_SETS.find((candidate) => candidate.id === id);
  if (set === undefined) throw new RangeError(`hubSet: no data set is called ${id}`);
  return set;
}

/** The address of a file; the Hub answers with a redirect to its storage host. */
export function hubUrl({ repository, revision }: HubSet, { path }: HubFile): string {
  return `https://huggingface.co/datasets/${repository}/resolve/${revision}/${path}`;
}

/** The repository's web page. */
export function hubPage({ repository }: HubSet): string {
  return `https://huggingface.co/datasets/${repository}`;
}

/**
 * The most images of a part that can be loaded at a side, pixels: all of them, or as many as fit into memory.
 */
export function mostOf({ rows }: HubPart, side: number): number {
  return Math.min(rows, mostImages(side));
}

/** The most images of each part; null: all of them. */
export interface HubLimits {
  readonly train: number | null;
  readonly test: number | null;
}

/** About how many bytes are fetched for so many images if nothing is kept yet. */
export function estimatedBytes({ train, test }: HubSet, limits: HubLimits): number {
  const bytes = (part: HubPart, limit: number | null) =>
    Math.min(part.rows, limit ?? part.rows) * part.rowBytes;
  return bytes(train, limits.train) + bytes(test, limits.test);
}
