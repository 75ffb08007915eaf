import { openDawn } from '../dawn/openDawn.ts';
import type { EngineChoice } from '../run/protocol.ts';
import { oneOf } from './argumentValues.ts';
import type { HelpOption } from './help.ts';
import { UsageError } from './usageError.ts';

// The engine of a command that computes in Node.

const ENGINES = ['auto', 'wasm', 'cpu', 'webgpu'] as const satisfies readonly EngineChoice[];

/** The engine of a command, and which GPU it may use. */
export interface EngineOption {
  readonly engine: EngineChoice;
  /** A part of the name of the GPU; null for the first that is found. */
  readonly adapter: string | null;
}

export const ENGINE_FLAGS = { engine: { type: 'string' }, adapter: { type: 'string' } } as const;

export const ENGINE_USAGE = `[--engine ${ENGINES.join('|')} [--adapter NAME]]`;

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
    text: 'What computes: WebAssembly, plain JavaScript, or WebGPU in Node (Dawn, the optional package “webgpu”). auto is wasm.',
    unit: ENGINES.join(', '),
    default: 'auto',
  },
  ADAPTER_HELP,
];

/** Reads the engine that was asked for. @throws UsageError */
export function engineOption(values: {
  readonly engine?: string | undefined;
  readonly adapter?: string | undefined;
}): EngineOption {
  const engine = oneOf('--engine', values.engine ?? 'auto', ENGINES);
  const adapter = values.adapter ?? null;
  if (adapter !== null && engine !== 'webgpu')
    throw new UsageError(`--adapter belongs to --engine webgpu, got --engine ${engine}`);
  return { engine, adapter };
}

/**
 * Makes the engine's device available in this process, before any other work.
 * @throws Error when Dawn is not installed, when there is no GPU, or none of that name
 */
export async function openDevices({ engine, adapter }: EngineOption): Promise<void> {
  if (engine === 'webgpu') await openDawn({ adapter });
}
