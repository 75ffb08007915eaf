import { parseArgs } from 'node:util';
import { adapterFault, ENGINE_FLAGS, type MeasuredEngine, measuredEngines } from '../engineOption.ts';
import { UsageError } from '../usageError.ts';

/** The order of `npm run golden`. */
export interface GoldenOrder {
  readonly directory: string;
  readonly engines: readonly MeasuredEngine[];
  /** A part of the name of the GPU for `webgpu`; null for the first that is found. */
  readonly adapter: string | null;
  /** Path for the report as JSON; null for none. */
  readonly json: string | null;
}

export const USAGE = `usage: npm run golden -- DIR [--engine wasm|cpu|webgpu|webgpu-chromium|tfjs-webgpu|all] [--adapter NAME] [--json FILE]
       DIR holds golden vectors (*.json). wasm, cpu, tfjs-webgpu: the reference engine on tfjs; webgpu: the compiled engine, in Node
       (Dawn); webgpu-chromium: the same in Chromium, where tfjs-webgpu runs too. All on WebGPU take minutes without a GPU; all: wasm
       and cpu, which need none.`;

/** Reads the command line. @throws UsageError */
export function goldenOrder(args: readonly string[]): GoldenOrder {
  const { values, positionals } = parse(args);
  const [directory, ...others] = positionals;
  if (directory === undefined) throw new UsageError('name the directory of golden vectors');
  if (others.length > 0) throw new UsageError(`one directory at a time, got also ${others.join(', ')}`);
  const name = values.engine ?? 'wasm';
  const engines = measuredEngines(name);
  const adapter = values.adapter ?? null;
  const fault = adapterFault(adapter, name);
  if (fault !== null) throw new UsageError(fault);
  return { directory, engines, adapter, json: values.json ?? null };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...ENGINE_FLAGS, json: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
