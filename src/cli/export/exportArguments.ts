import { parseArgs } from 'node:util';
import { UsageError } from '../usageError.ts';

export const EXPORT_USAGE =
  'usage: npm run export -- RUN --pytorch DIR\n' +
  '  RUN: a run file with weights, or a weights file (JSON or safetensors). DIR: a new directory, which gets the network\n' +
  '  in PyTorch with a parity check and the weights; for a run also a training script that goes on with it.';

/** The order of `npm run export`. */
export interface ExportOrder {
  readonly file: string;
  readonly directory: string;
}

/** Reads the command line. @throws UsageError */
export function exportOrder(args: readonly string[]): ExportOrder {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0)
    throw new UsageError(`name one run or weights file, got ${positionals.join(', ') || 'none'}`);
  if (!values.pytorch) throw new UsageError('say where to: --pytorch DIR');
  return { file, directory: values.pytorch };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { pytorch: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
