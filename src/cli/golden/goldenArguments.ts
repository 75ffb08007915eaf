import { parseArgs } from 'node:util';
import type { GoldenEngine } from '../../golden/engines.ts';
import { adapterFault, measuredEngines } from '../engineOption.ts';
import { UsageError } from '../usageError.ts';

/** The order of `npm run golden`. */
export interface GoldenOrder {
  readonly directory: string;
  readonly engines: readonly GoldenEngine[];
  /** Whether an engine that this machine has no device for is left out with a word. Else it is a failure. */
  readonly asFound: boolean;
  /** A part of the name of the GPU for `webgpu`; null for the first that is found. */
  readonly adapter: string | null;
  /** Path for the report as JSON; null for none. */
  readonly json: string | null;
}

export const USAGE = `usage: npm run golden -- DIR [--engine wasm|tfjs-wasm|cpu|webgpu|webgpu-chromium|tfjs-webgpu|all] [--adapter NAME] [--json FILE]
       DIR holds golden vectors (*.json). wasm: the engine on the processor, all checks on one thread and whole steps on every build and
       1, 2 and 3 threads; cpu, tfjs-wasm, tfjs-webgpu: the reference engine on tfjs; webgpu: the compiled engine, in Node (Dawn);
       webgpu-chromium: the same in Chromium, where tfjs-webgpu runs too. All on WebGPU take minutes without a GPU. all: cpu, tfjs-wasm
       and wasm, and webgpu in Chromium and in Node where there is an adapter.`;

/** What `all` stands for. Node comes after Chromium: WebGPU there changes this process. */
const ALL = ['cpu', 'tfjs-wasm', 'wasm', 'webgpu-chromium', 'webgpu'] as const;

/** Reads the command line. @throws UsageError */
export function goldenOrder(args: readonly string[]): GoldenOrder {
  const { values, positionals } = parse(args);
  const [directory, ...others] = positionals;
  if (directory === undefined) throw new UsageError('name the directory of golden vectors');
  if (others.length > 0) throw new UsageError(`one directory at a time, got also ${others.join(', ')}`);
  const name = values.engine ?? 'wasm';
  const engines = measuredEngines(name, ALL);
  const adapter = values.adapter ?? null;
  const fault = adapterFault(adapter, name);
  if (fault !== null) throw new UsageError(fault);
  return { directory, engines, asFound: name === 'all', adapter, json: values.json ?? null };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { engine: { type: 'string' }, adapter: { type: 'string' }, json: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
