import { parseArgs } from 'node:util';
import { COMPARISONS } from '../../evaluate/comparison.ts';
import type { DialOrder } from '../../laboratory/door/dialOrder.ts';
import type { InferenceOrder } from '../../laboratory/door/inferenceOrder.ts';
import { MASK_KINDS, type MasksOrder } from '../../laboratory/door/masksOrder.ts';
import type { KnnChoice, MeasuresOrder } from '../../laboratory/door/measuresOrder.ts';
import { SLICE_FORMS, type SliceOrder } from '../../laboratory/door/sliceOrder.ts';
import { budgetShare } from '../argumentValues.ts';
import { ENGINE_FLAGS, ENGINE_USAGE, type EngineOption, engineOption } from '../engineOption.ts';
import {
  IMAGES_FLAGS,
  IMAGES_USAGE,
  type ImagesOrder,
  imagesOrder,
  spreadPaths,
} from '../images/imagesOrder.ts';
import { UsageError } from '../usageError.ts';

/** The order of `npm run evaluate`. */
export interface EvaluateOrder extends ImagesOrder, EngineOption {
  /** Path of a run file with weights, or of a weights file. */
  readonly file: string;
  /** What to compute. */
  readonly order: MeasuresOrder | MasksOrder | SliceOrder | DialOrder | InferenceOrder;
  readonly out: string | null;
  /** Where a copy of the run goes, with the table of its dial. */
  readonly save: string | null;
  /** Whether weights in that file may be replaced. */
  readonly force: boolean;
}

export const USAGE = `usage: npm run evaluate -- RUN ${IMAGES_USAGE}
         [--measures LIST | --mask MASKS [--ratio R] | --slice ${SLICE_FORMS.join('|')} [--budget B] | --budgets SHARES [--save FILE]
          | --speed [--budget B]]
         [--out FILE] [--force]
         ${ENGINE_USAGE}
       RUN   a run file with weights, or a weights file: JSON, also gzip, or safetensors
       LIST  any of knnK, knnK-euclidean, knnK-whitened (K neighbours), ridge, linear, matryoshka, spread, floors (the same of pixels), with commas between;
             all of these by default (with knn1-euclidean, the authors’ setting, knn20 and knn20-whitened)
       MASKS any of frozen, always-on, shuffled, random, prefix, l1, with commas between, or all: 20-NN and ridge
             probe under each, beside the real gates at equal MACs; R: share of the MACs that a network without
             gates is pruned to, .3 by default
       --slice writes one branch of the network, or what is left without closed channels, to FILE as weights:
             as safetensors where FILE ends so, as JSON otherwise
       --speed times the network dense, masked, sliced and conditional on this machine, beside what MACs promise
       --budget shifts the gates to this share of the dense MACs before; the weights keep the shift
       SHARES of the dense MACs, with commas between: measures the trained network at each of them, its gates shifted
             or its width changed, without training; --save writes the run with this table to FILE
       --engine says what encodes the images for measures and budgets; masks, slices and times are on wasm
       FILE  is never a file that the command reads, or one of another kind; weights are replaced only with --force`;

const NAMED: ReadonlySet<string> = new Set(['ridge', 'linear', 'matryoshka', 'spread', 'floors']);

const EVERYTHING = ['knn1-euclidean', 'knn20', 'knn20-whitened', ...NAMED];

/** Reads the command line. @throws UsageError */
export function evaluateOrder(args: readonly string[]): EvaluateOrder {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new UsageError(`name one run or weights file, got ${positionals.join(', ') || 'none'}`);
  }
  const order = orderOf(values);
  const engine = engineOption(values);
  const isOnWasm = order.kind === 'masks' || order.kind === 'slice' || order.kind === 'inference';
  if (isOnWasm && engine.engine !== 'auto' && engine.engine !== 'wasm')
    throw new UsageError(
      `--mask, --slice and --speed are computed on wasm, got --engine ${engine.engine}; leave --engine out`,
    );
  return {
    ...imagesOrder(values),
    ...engine,
    file,
    order,
    out: values.out ?? null,
    save: saveOf(values, order),
    force: values.force === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: spreadPaths(args),
      options: {
        ...IMAGES_FLAGS,
        ...ENGINE_FLAGS,
        measures: { type: 'string' },
        mask: { type: 'string' },
        ratio: { type: 'string' },
        slice: { type: 'string' },
        budgets: { type: 'string' },
        save: { type: 'string' },
        speed: { type: 'boolean' },
        budget: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean' },
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Asked = Pick<
  ReturnType<typeof parse>['values'],
  'measures' | 'mask' | 'ratio' | 'slice' | 'budgets' | 'budget' | 'speed' | 'out'
>;

function orderOf(values: Asked): EvaluateOrder['order'] {
  const { measures, mask, ratio, slice, budgets, budget, speed, out } = values;
  const things = { measures, mask, slice, budgets, speed };
  const asked = Object.entries(things).filter(([, value]) => value !== undefined);
  if (asked.length > 1)
    throw new UsageError(`ask for one thing, got --${asked.map(([name]) => name).join(' and --')}`);
  if (ratio !== undefined && mask === undefined) throw new UsageError('--ratio belongs to --mask');
  if (budget !== undefined && !speed && (slice === undefined || slice === 'dense'))
    throw new UsageError('--budget belongs to --slice gated, frozen or never-open, or to --speed');
  const at = budget === undefined ? {} : { budget: budgetShare('--budget', budget) };
  if (speed) return { kind: 'inference', engine: 'wasm', ...at };
  if (mask !== undefined) return masksOf(mask, ratio ?? '0.3');
  if (budgets !== undefined) return dialOf(budgets);
  if (slice === undefined) return measuresOf(measures ?? 'all');
  const form = SLICE_FORMS.find((known) => known === slice);
  if (form === undefined) throw new UsageError(`--slice must be ${SLICE_FORMS.join(' or ')}, got "${slice}"`);
  if (out === undefined) throw new UsageError('--slice needs --out FILE, where the weights go');
  return { kind: 'slice', form, ...at };
}

function dialOf(list: string): DialOrder {
  const budgets = list.split(',').map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  if (!budgets.every((budget) => budget > 0 && budget <= 1))
    throw new UsageError(
      `--budgets must list shares of the dense MACs, above 0 and up to 1, with commas between, got "${list}"`,
    );
  // The run's file tells the steps.
  return { kind: 'dial', budgets, step: 0, sample: null, shuffle: null, map: null };
}

function saveOf(
  { save, out }: { save?: string; out?: string },
  order: EvaluateOrder['order'],
): string | null {
  if (save === undefined) return null;
  if (order.kind !== 'dial') throw new UsageError('--save belongs to --budgets');
  if (save === out) throw new UsageError(`--save and --out must be different files, got ${save} for both`);
  return save;
}

function masksOf(list: string, ratioText: string): MasksOrder {
  const known = MASK_KINDS.filter((mask) => mask !== 'real');
  const names = list.split(',').map((name) => name.trim());
  const stray = names.find((name) => name !== 'all' && !known.some((mask) => mask === name));
  if (stray !== undefined)
    throw new UsageError(`--mask must list ${known.join(', ')} or all, got "${stray}"`);
  const ratio = Number(ratioText);
  if (!(ratio > 0 && ratio <= 1))
    throw new UsageError(`--ratio must be a share above 0 and up to 1, got ${ratioText}`);
  const wanted = (mask: string) => names.includes('all') || names.includes(mask);
  // Pruning is always shown with corrected statistics as well, because they cause most of its loss.
  const masks = known.filter((mask) => wanted(mask) || (mask === 'l1-recalibrated' && wanted('l1')));
  return { kind: 'masks', masks, ratio };
}

function measuresOf(list: string): MeasuresOrder {
  const names = list.split(',').flatMap((name) => (name.trim() === 'all' ? EVERYTHING : [name.trim()]));
  for (const name of names) {
    if (knnOf(name) === null && !NAMED.has(name)) {
      throw new UsageError(
        `--measures must list knnK, knnK-euclidean, knnK-whitened, ${[...NAMED].join(', ')} or all, got "${name}"`,
      );
    }
  }
  const isOf = (name: string) => name === 'ridge' || name === 'linear' || knnOf(name) !== null;
  if (names.includes('floors') && !names.some(isOf)) {
    throw new UsageError(
      `--measures must list floors beside what they are compared with, knnK, ridge or linear, got "${list}"`,
    );
  }
  return {
    kind: 'measures',
    knn: names.map(knnOf).filter((choice) => choice !== null),
    ridge: names.includes('ridge'),
    linear: names.includes('linear'),
    matryoshka: names.includes('matryoshka'),
    spread: names.includes('spread'),
    floors: names.includes('floors'),
  };
}

function knnOf(name: string): KnnChoice | null {
  const [, k, named = 'cosine'] = /^knn([1-9]\d*)(?:-(\w+))?$/.exec(name) ?? [];
  const distance = COMPARISONS.find((known) => known === named);
  return k === undefined || distance === undefined ? null : { k: Number(k), distance };
}
