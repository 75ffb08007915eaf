import { openDawn } from '../dawn/openDawn.ts';
import type { EngineChoice } from '../run/protocol.ts';
import { oneOf, wholeNumber } from './argumentValues.ts';
import type { HelpOption } from './help.ts';
import { UsageError } from './usageError.ts';

// The engine of a command: of one that trains in Node, and of those that measure engines.

const ENGINES = ['auto', 'wasm', 'cpu', 'webgpu'] as const satisfies readonly EngineChoice[];

/** The engine of a command, and which GPU it may use. */
export interface EngineOption {
  readonly engine: EngineChoice;
  /** A part of the name of the GPU; null for the first that is found. */
  readonly adapter: string | null;
  /** Threads of the WASM engine; null for all cores. */
  readonly threads: number | null;
}

export const ENGINE_FLAGS = {
  engine: { type: 'string' },
  adapter: { type: 'string' },
  threads: { type: 'string' },
} as const;

export const ENGINE_USAGE = `[--engine ${ENGINES.join('|')} [--adapter NAME] [--threads N]]`;

export const ADAPTER_HELP: HelpOption = {
  flag: 'adapter',
  value: 'NAME',
  text: 'The GPU to use, by a part of its name; a name that no GPU has lists those that are here. Needs --engine webgpu.',
  unit: '',
  default: 'the first GPU',
};

export const ENGINE_HELP: readonly HelpOption[] = [
  {
    flag: 'engine',
    value: 'NAME',
    text: 'What computes: WebAssembly on the cores of the processor, plain JavaScript (the readable reference, slow), or WebGPU in Node (Dawn, the optional package “webgpu”). auto is wasm and looks for no GPU.',
    unit: ENGINES.join(', '),
    default: 'auto',
  },
  ADAPTER_HELP,
  {
    flag: 'threads',
    value: 'N',
    text: 'Threads that the WASM engine computes on. Results are the same, bit for bit, for any number.',
    unit: 'whole number from 1 up',
    default: 'all cores',
  },
];

const MEASURED = ['wasm', 'tfjs-wasm', 'cpu', 'webgpu', 'webgpu-chromium', 'tfjs-webgpu'] as const;

/**
 * An engine that `golden` checks and `bench` times. webgpu: the compiled engine, in Node or in Chromium. cpu,
 * tfjs-wasm: the reference engine on these backends of tfjs. tfjs-webgpu: on its WebGPU backend, in Chromium.
 */
export type MeasuredEngine = (typeof MEASURED)[number];

/**
 * The engines that a name stands for in `golden` and `bench`.
 * @param all those that `all` stands for
 * @throws UsageError
 */
export function measuredEngines(name: string, all: readonly MeasuredEngine[]): readonly MeasuredEngine[] {
  const chosen = oneOf('--engine', name, [...MEASURED, 'all']);
  return chosen === 'all' ? all : [chosen];
}

/** What is wrong with naming a GPU beside an engine; null if nothing is. */
export function adapterFault(adapter: string | null, engine: string): string | null {
  return adapter === null || engine === 'webgpu'
    ? null
    : `--adapter belongs to --engine webgpu, got --engine ${engine}`;
}

/** Reads the engine that was asked for. @throws UsageError */
export function engineOption(values: {
  readonly engine?: string | undefined;
  readonly adapter?: string | undefined;
  readonly threads?: string | undefined;
}): EngineOption {
  const engine = oneOf('--engine', values.engine ?? 'auto', ENGINES);
  const adapter = values.adapter ?? null;
  const fault = adapterFault(adapter, engine);
  if (fault !== null) throw new UsageError(fault);
  const threads = wholeNumber('--threads', values.threads);
  if (threads !== null && engine !== 'wasm' && engine !== 'auto')
    throw new UsageError(`--threads belongs to --engine wasm, got --engine ${engine}`);
  return { engine, adapter, threads };
}

/**
 * Makes the engine's device available in this process, before any other work.
 * @throws Error when Dawn is not installed, when there is no GPU, or none of that name
 */
export async function openDevices({
  engine,
  adapter,
}: Pick<EngineOption, 'engine' | 'adapter'>): Promise<void> {
  if (engine === 'webgpu') await openDawn({ adapter });
}
