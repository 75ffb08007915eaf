import { writeFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { checkConfig } from '../config.ts';
import { type BackendName, useBackend } from '../method/backend.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { type BenchOrder, type BenchResult, measure } from './bench/measure.ts';
import { NODE_PLACES } from './places.ts';
import { UsageError } from './usageError.ts';

const USAGE = `usage: npm run bench -- [--engine all|wasm|cpu|webgpu] [--width 8] [--batch 64] [--steps 7] [--json FILE]
       all: wasm and cpu; webgpu runs in Chromium, by itself one step only and for minutes where there is no GPU.`;

const ENGINES: Readonly<Record<string, readonly BackendName[]>> = {
  wasm: ['wasm'],
  cpu: ['cpu'],
  webgpu: ['webgpu'],
  all: ['wasm', 'cpu'],
};

type Results = Partial<Record<BackendName, BenchResult>>;

interface Order extends Omit<BenchOrder, 'steps'> {
  readonly engines: readonly BackendName[];
  /** null: as many as suit the engine. */
  readonly steps: number | null;
  readonly json: string | null;
}

const STEPS = 7;
/** Steps of the plain JavaScript engine: each takes some ten seconds. */
const CPU_STEPS = 1;

function orderOf(args: string[]): Order {
  let values: { engine?: string; width?: string; batch?: string; steps?: string; json?: string };
  try {
    const option = { type: 'string' } as const;
    ({ values } = parseArgs({
      args,
      options: { engine: option, width: option, batch: option, steps: option, json: option },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { engine = 'wasm' } = values;
  const engines = Object.hasOwn(ENGINES, engine) ? ENGINES[engine] : undefined;
  if (engines === undefined) {
    throw new UsageError(`--engine must be one of ${Object.keys(ENGINES).join(', ')}, got "${engine}"`);
  }
  const order: Order = {
    engines,
    width: Number(values.width ?? DEFAULT_CONFIG.width),
    batch: Number(values.batch ?? DEFAULT_CONFIG.batch),
    steps: values.steps === undefined ? null : Number(values.steps),
    json: values.json ?? null,
  };
  const faults = checkConfig({ ...DEFAULT_CONFIG, width: order.width, batch: order.batch });
  if (order.steps !== null && (!Number.isInteger(order.steps) || order.steps < 1))
    faults.push(`--steps must be a whole number from 1 up, got ${values.steps}`);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return order;
}

async function bench(order: Order): Promise<Results> {
  const results: Results = {};
  for (const name of order.engines) results[name] = await measureOn(name, order);
  return results;
}

async function measureOn(name: BackendName, { width, batch, steps: asked }: Order): Promise<BenchResult> {
  const say = (line: string) => void stderr.write(`${name}: ${line}\n`);
  if (name === 'webgpu') {
    const { measureInBrowser } = await import('../../e2e/golden/browser.ts');
    return measureInBrowser({ width, batch, steps: asked, hardwareSteps: STEPS }, say);
  }
  await useBackend(name, NODE_PLACES);
  const steps = name === 'cpu' ? Math.min(CPU_STEPS, asked ?? STEPS) : (asked ?? STEPS);
  return measure({ width, batch, steps }, (done) => say(`step ${done} of ${steps}`));
}

function table(results: Results): string {
  const rows = Object.entries(results).map(([name, r]) =>
    [
      name.padEnd(8),
      `${r.stepMs.toFixed(0)} ms`.padStart(10),
      `${r.imagesPerSecond.toFixed(1)}`.padStart(10),
      `${r.gflops.toFixed(2)}`.padStart(10),
      `${r.limitGflops.toFixed(2)}`.padStart(10),
      `${r.fractionOfLimit.toFixed(2)}`.padStart(10),
    ].join(''),
  );
  return ['engine        step  images/s   GFLOP/s     limit  fraction', ...rows].join('\n');
}

try {
  const order = orderOf(argv.slice(2));
  const results = await bench(order);
  stdout.write(
    `width ${order.width}, batch ${order.batch}; limit: best matrix product of the same backend in this run\n${table(results)}\n`,
  );
  if (order.json !== null) await writeFile(order.json, `${JSON.stringify(results, null, 2)}\n`);
  exit(0);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(error instanceof UsageError ? `${message}\n${USAGE}\n` : `${message}\n`);
  exit(error instanceof UsageError ? 2 : 1);
}
