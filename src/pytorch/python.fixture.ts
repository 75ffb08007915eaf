import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../e2e/freePort.ts';
import { findPython } from '../../e2e/python.ts';
import type { RunConfig } from '../config.ts';
import type { Engine, EngineSetup, EngineState } from '../engine.ts';
import { noise } from '../method/numbers.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { bufferSpecs, parameterSpecs } from '../network/parameters.ts';
import { bytesFile, tensorFile, type WeightsFile } from '../network/weights.ts';
import { weightsOf } from '../session/weightsFile.ts';
import { type BundleRun, pytorchFiles } from './bundle.ts';
import { SOURCES } from './sources.ts';

const found = findPython();

/** Text for the name of every test that needs PyTorch: why it is skipped, or with which PyTorch it runs. */
export const TORCH = found.path === null ? `SKIPPED: ${found.reason}` : `PyTorch ${found.torch}`;
export const hasTorch = found.path !== null;

/**
 * Time limit of a test that starts Python, milliseconds. Importing PyTorch takes seconds if all cores are
 * busy.
 */
export const PATIENCE = 240_000;

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** A program's output, and its exit code. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Runs Python in a folder, on one thread, so that other tests keep theirs. */
export function python(args: readonly string[], folder = HERE): Ended {
  const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: 200_000 } as const;
  const { status, stdout, stderr } = spawnSync(found.path!, [...args], options);
  return { code: status, text: `${stdout}${stderr}` };
}

/** The same under torchrun, in two processes that communicate by gloo. */
export async function torchrun(args: readonly string[], folder: string): Promise<Ended> {
  const port = await freePort();
  const launcher = [
    '-m',
    'torch.distributed.run',
    '--nproc_per_node=2',
    // Debian’s torch 1.13 on Python 3.11 fails without a redirect, so stdout goes to a file and here too.
    '--redirects=1',
    '--tee=1',
    '--master_addr=127.0.0.1',
    `--master_port=${port}`,
  ];
  return python([...launcher, ...args], folder);
}

/** Path of a program that lies beside the tests. */
export function check(name: string): string {
  return join(HERE, 'checks', name);
}

export const SOURCE_FOLDER = HERE;

/** Gives `work` a folder, which is deleted afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dualgate-pytorch-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Unpacks an export, as the user does. */
export function unpack(folder: string, weights: WeightsFile, run: BundleRun | null): void {
  for (const [name, content] of pytorchFiles(SOURCES, weights, run))
    writeFileSync(join(folder, name), content);
}

export function readBytes(folder: string, name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(folder, name)));
}

/**
 * A state in which nothing has its initial value: BatchNorms scale and shift, and running statistics are not
 * 0 and 1.
 */
export function livelyState({ network, initial }: EngineSetup): EngineState {
  const parameters = new Map(
    parameterSpecs(network).map(({ name, shape, initial: kind }, i) => {
      const values = initial.parameters.get(name)!;
      if (kind !== 'one' && kind !== 'zero') return [name, values];
      return [name, noise(100 + i, shape).map((v) => (kind === 'one' ? 1 + 0.4 * v : 0.3 * v))];
    }),
  );
  const buffers = new Map(
    bufferSpecs(network).map(({ name, shape, initial: start }, i) => [
      name,
      noise(900 + i, shape).map((v) => (start === 1 ? 1 + 0.5 * v : 0.2 * v)),
    ]),
  );
  return { parameters, buffers, momenta: initial.momenta };
}

/** The weights of an engine, with its outputs for all its images. */
export async function weightsWithParity(setup: EngineSetup, config: RunConfig): Promise<WeightsFile> {
  const engine: Engine = new TfjsEngine(setup);
  const { network, system, images } = setup;
  const { count, size, pixels } = images;
  const features: Record<string, ReturnType<typeof tensorFile>> = {};
  const gates: Record<string, ReturnType<typeof bytesFile>> = {};
  for (const branch of system.branches) {
    const encoded = await engine.encode(images, 0, count, branch);
    features[branch] = tensorFile([count, encoded.features.length / count], encoded.features);
    encoded.gates.forEach((block, l) => {
      const { name, channels } = network.blocks[l]!;
      gates[name] = bytesFile([count, channels], block);
    });
  }
  const weights = weightsOf(await engine.state(), network, config, 'cifar10');
  engine.dispose();
  const parity = { images: bytesFile([count, size, size, 3], pixels), features };
  return { ...weights, parity: Object.keys(gates).length > 0 ? { ...parity, gates } : parity };
}
