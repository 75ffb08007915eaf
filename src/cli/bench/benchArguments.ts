import { parseArgs } from 'node:util';
import type { Workload } from '../../benchmark/workload.ts';
import { checkConfig } from '../../fields.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { adapterFault, ENGINE_FLAGS, type MeasuredEngine, measuredEngines } from '../engineOption.ts';
import { UsageError } from '../usageError.ts';

/** How the built page is timed. */
export interface PageOrder {
  readonly visits: number;
  /** How long a visit waits for gates that move and for accuracies after Start, milliseconds. */
  readonly patienceMs: number;
}

/** The order of `npm run bench`. */
export interface BenchCommand extends Workload {
  readonly engines: readonly MeasuredEngine[];
  /** A part of the name of the GPU for `webgpu`; null for the first that is found. */
  readonly adapter: string | null;
  /** The most threads of `wasm`; null for all cores. */
  readonly threads: number | null;
  /** Number of steps; null for a number that suits the engine. */
  readonly steps: number | null;
  /** Steps of stock tfjs beside the compiled engine: 0 for none, null for a number that suits the adapter. */
  readonly stockSteps: number | null;
  readonly profile: boolean;
  /** Whether inference with the forms of a gated network is timed, instead of training steps. */
  readonly inference: boolean;
  /** Whether single kernels of WASM are timed, instead of training steps. */
  readonly kernels: boolean;
  /** The visits to the built page that are timed instead of steps; null for none. */
  readonly page: PageOrder | null;
  /** Path for the results as JSON; null for none. */
  readonly json: string | null;
}

export const USAGE = `usage: npm run bench -- [--engine all|wasm|tfjs-wasm|cpu|webgpu|webgpu-chromium|tfjs-webgpu] [--width 8] [--batch 64] [--steps N] [--json FILE]
       wasm: the engine on the processor, each build on one thread and on all (or [--threads N]), in turns with tfjs-wasm
       webgpu, in Node, and webgpu-chromium also: [--stock-steps N] (of stock tfjs; 0: none) [--profile] (one step kernel by kernel);
             webgpu: [--adapter NAME]
       --inference (wasm, webgpu or webgpu-chromium): dense, masked, sliced and conditional forwards, as JSON
       --kernels (wasm): every convolution of a step by the kernels of src/wasm and by tfjs, --steps rounds
       --page [--visits 3] [--wait 600] [--json FILE]: the built page with an empty cache, in Chromium
       all: wasm and cpu. Without a GPU, one step of tfjs on WebGPU takes up to minutes.`;

/** Visits to the page, if the command does not say how many. */
const VISITS = 3;
/** Seconds that a visit waits, if the command does not say how long. */
const WAIT_S = 600;

/** Reads the command line. @throws UsageError */
export function benchCommand(args: readonly string[]): BenchCommand {
  const values = parse(args);
  const { engine = 'wasm' } = values;
  const engines = measuredEngines(engine, ['wasm', 'cpu']);
  const width = Number(values.width ?? DEFAULT_CONFIG.width);
  const batch = Number(values.batch ?? DEFAULT_CONFIG.batch);
  const faults = checkConfig({ ...DEFAULT_CONFIG, width, batch });
  const count = (
    name: 'threads' | 'steps' | 'stock-steps' | 'visits' | 'wait',
    least: number,
  ): number | null => {
    const text = values[name];
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      faults.push(`--${name} must be a whole number from ${least} up, got ${text}`);
    return value;
  };
  const [steps, stockSteps] = [count('steps', 1), count('stock-steps', 0)];
  const isCompiled = engine === 'webgpu' || engine === 'webgpu-chromium';
  if (!isCompiled && (stockSteps !== null || values.profile))
    faults.push(`--stock-steps and --profile belong to --engine webgpu, got --engine ${engine}`);
  const threads = count('threads', 1);
  if (threads !== null && (engine !== 'wasm' || values.inference || values.kernels))
    faults.push('--threads belongs to --engine wasm without --inference and --kernels');
  const { adapter = null } = values;
  const adapterWrong = adapterFault(adapter, engine);
  if (adapterWrong !== null) faults.push(adapterWrong);
  if (values.inference && engine !== 'wasm' && !isCompiled)
    faults.push(`--inference is measured with --engine wasm or webgpu, got --engine ${engine}`);
  if (values.kernels && (engine !== 'wasm' || values.inference))
    faults.push(`--kernels are measured with --engine wasm and without --inference, got --engine ${engine}`);
  const [visits, wait] = [count('visits', 1), count('wait', 1)];
  const strangers = Object.entries(values)
    .filter(([flag, value]) => value !== false && !['page', 'visits', 'wait', 'json'].includes(flag))
    .map(([flag]) => flag);
  if (values.page && strangers.length > 0)
    faults.push(`--page goes with --visits, --wait and --json only, got --${strangers.join(', --')}`);
  if (!values.page && (visits !== null || wait !== null))
    faults.push('--visits and --wait belong to --page, which is not given');
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  const { profile, inference, kernels, json = null } = values;
  const page = values.page ? { visits: visits ?? VISITS, patienceMs: 1000 * (wait ?? WAIT_S) } : null;
  return {
    ...{ engines, adapter, threads, width, batch, steps, stockSteps },
    ...{ profile, inference, kernels, page, json },
  };
}

function parse(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...ENGINE_FLAGS,
        width: option,
        batch: option,
        steps: option,
        'stock-steps': option,
        profile: { type: 'boolean', default: false },
        inference: { type: 'boolean', default: false },
        kernels: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
        visits: option,
        wait: option,
        json: option,
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
