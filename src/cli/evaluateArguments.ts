import { parseArgs } from 'node:util';
import type { KnnChoice, MeasuresOrder } from '../laboratory/measuresOrder.ts';
import { IMAGES_FLAGS, IMAGES_USAGE, type ImagesOrder, imagesOrder, spreadPaths } from './imagesOrder.ts';
import { UsageError } from './usageError.ts';

/** What `npm run evaluate` was asked to do. */
export interface EvaluateOrder extends ImagesOrder {
  /** Run file with weights, or weights file. */
  readonly file: string;
  readonly measures: MeasuresOrder;
  readonly out: string | null;
}

export const USAGE = `usage: npm run evaluate -- RUN ${IMAGES_USAGE}
         [--measures LIST] [--out FILE]
       RUN   a run file with weights, or a weights file
       LIST  any of knnK, knnK-euclidean (K neighbours), ridge, linear, matryoshka, spread, with commas between;
             all of these by default (with knn1-euclidean, the authors’ setting, and knn20)`;

const NAMED: ReadonlySet<string> = new Set(['ridge', 'linear', 'matryoshka', 'spread']);

const EVERYTHING = ['knn1-euclidean', 'knn20', ...NAMED];

/** Reads the command line. @throws UsageError */
export function evaluateOrder(args: readonly string[]): EvaluateOrder {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new UsageError(`name one run or weights file, got ${positionals.join(', ') || 'none'}`);
  }
  return {
    ...imagesOrder(values),
    file,
    measures: measuresOf(values.measures ?? 'all'),
    out: values.out ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: spreadPaths(args),
      options: { ...IMAGES_FLAGS, measures: { type: 'string' }, out: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function measuresOf(list: string): MeasuresOrder {
  const names = list.split(',').flatMap((name) => (name.trim() === 'all' ? EVERYTHING : [name.trim()]));
  for (const name of names) {
    if (knnOf(name) === null && !NAMED.has(name)) {
      throw new UsageError(
        `--measures must list knnK, knnK-euclidean, ${[...NAMED].join(', ')} or all, got "${name}"`,
      );
    }
  }
  return {
    kind: 'measures',
    knn: names.map(knnOf).filter((choice) => choice !== null),
    ridge: names.includes('ridge'),
    linear: names.includes('linear'),
    matryoshka: names.includes('matryoshka'),
    spread: names.includes('spread'),
  };
}

function knnOf(name: string): KnnChoice | null {
  const [, k, distance] = /^knn([1-9]\d*)(-euclidean|-cosine)?$/.exec(name) ?? [];
  if (k === undefined) return null;
  return { k: Number(k), distance: distance === '-euclidean' ? 'euclidean' : 'cosine' };
}
