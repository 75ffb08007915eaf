import { parseArgs } from 'node:util';
import { budgetShare } from '../argumentValues.ts';
import {
  IMAGES_FLAGS,
  IMAGES_USAGE,
  type ImagesOrder,
  imagesOrder,
  spreadPaths,
} from '../images/imagesOrder.ts';
import { UsageError } from '../usageError.ts';

export const EXPORT_USAGE = `usage: npm run export -- RUN [--pytorch DIR] [--out FILE] [--force]
         [--budget B ${IMAGES_USAGE}]
  RUN: a run file with weights, or a weights file (JSON or safetensors). DIR: a new directory, which gets the network
  in PyTorch with a parity check and the weights; for a run also a training script that goes on with it.
  FILE gets the weights: as safetensors where it ends so, as JSON otherwise.
  --budget writes the gated branch alone, its gates shifted to this share of the dense MACs. The shift is found on
  training images, so the images that the run was trained on must be given; weights at a budget are not trained on.`;

/** The order of `npm run export`. */
export interface ExportOrder {
  readonly file: string;
  /** Where the folder for PyTorch goes; null if none is wanted. */
  readonly directory: string | null;
  /** Where the weights alone go; null if they are not wanted. */
  readonly out: string | null;
  /** Whether weights in that file may be replaced. */
  readonly force: boolean;
  /** A budget, with the images that it is calibrated on; null: the network as it was trained. */
  readonly at: { readonly budget: number; readonly images: ImagesOrder } | null;
}

/** Reads the command line. @throws UsageError */
export function exportOrder(args: readonly string[]): ExportOrder {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0)
    throw new UsageError(`name one run or weights file, got ${positionals.join(', ') || 'none'}`);
  const { pytorch, out, force, budget, ...images } = values;
  if (!pytorch && !out) throw new UsageError('say where to: --pytorch DIR, --out FILE or both');
  if (force && !out) throw new UsageError('--force belongs to --out');
  const [stray] = Object.keys(images);
  if (budget === undefined && stray !== undefined) throw new UsageError(`--${stray} belongs to --budget`);
  return {
    file,
    directory: pytorch || null,
    out: out || null,
    force: force === true,
    at:
      budget === undefined ? null : { budget: budgetShare('--budget', budget), images: imagesOrder(images) },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: spreadPaths(args),
      options: {
        ...IMAGES_FLAGS,
        pytorch: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean' },
        budget: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
