import { parseArgs } from 'node:util';
import type { Workload } from '../../benchmark/workload.ts';
import { checkConfig } from '../../fields.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { UsageError } from '../usageError.ts';

/** webgpu: the compiled engine and stock tfjs; tfjs-webgpu: the reference engine on tfjs's WebGPU backend. */
export type BenchEngine = 'wasm' | 'cpu' | 'tfjs-webgpu' | 'webgpu';

/** The order of `npm run bench`. */
export interface BenchCommand extends Workload {
  readonly engines: readonly BenchEngine[];
  /** Number of steps; null for a number that suits the engine. */
  readonly steps: number | null;
  /** Steps of stock tfjs beside the compiled engine: 0 for none, null for a number that suits the adapter. */
  readonly stockSteps: number | null;
  readonly profile: boolean;
  /** Whether inference with the forms of a gated network is timed, instead of training steps. */
  readonly inference: boolean;
  /** Path for the results as JSON; null for none. */
  readonly json: string | null;
}

export const USAGE = `usage: npm run bench -- [--engine all|wasm|cpu|webgpu|tfjs-webgpu] [--width 8] [--batch 64] [--steps N] [--json FILE]
       webgpu also: [--stock-steps N] (of stock tfjs; 0: none) [--profile] (one step kernel by kernel)
       --inference (wasm or webgpu): dense, masked, sliced and conditional forwards, as JSON
       all: wasm and cpu. The others run in Chromium; without a GPU, one step of tfjs there takes up to minutes.`;

const ENGINES: Readonly<Record<string, readonly BenchEngine[]>> = {
  wasm: ['wasm'],
  cpu: ['cpu'],
  webgpu: ['webgpu'],
  'tfjs-webgpu': ['tfjs-webgpu'],
  all: ['wasm', 'cpu'],
};

/** Reads the command line. @throws UsageError */
export function benchCommand(args: readonly string[]): BenchCommand {
  const values = parse(args);
  const { engine = 'wasm' } = values;
  const engines = Object.hasOwn(ENGINES, engine) ? ENGINES[engine] : undefined;
  if (engines === undefined) {
    throw new UsageError(`--engine must be one of ${Object.keys(ENGINES).join(', ')}, got "${engine}"`);
  }
  const width = Number(values.width ?? DEFAULT_CONFIG.width);
  const batch = Number(values.batch ?? DEFAULT_CONFIG.batch);
  const faults = checkConfig({ ...DEFAULT_CONFIG, width, batch });
  const count = (name: 'steps' | 'stock-steps', least: number): number | null => {
    const text = values[name];
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      faults.push(`--${name} must be a whole number from ${least} up, got ${text}`);
    return value;
  };
  const [steps, stockSteps] = [count('steps', 1), count('stock-steps', 0)];
  if (engine !== 'webgpu' && (stockSteps !== null || values.profile))
    faults.push(`--stock-steps and --profile belong to --engine webgpu, got --engine ${engine}`);
  if (values.inference && engine !== 'wasm' && engine !== 'webgpu')
    faults.push(`--inference is measured with --engine wasm or webgpu, got --engine ${engine}`);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  const { profile, inference, json = null } = values;
  return { engines, width, batch, steps, stockSteps, profile, inference, json };
}

function parse(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        engine: option,
        width: option,
        batch: option,
        steps: option,
        'stock-steps': option,
        profile: { type: 'boolean', default: false },
        inference: { type: 'boolean', default: false },
        json: option,
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
