import { writeFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { checkConfig } from '../config.ts';
import { type BackendName, useBackend } from '../method/backend.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { type BenchOrder, type BenchResult, measure } from './bench/measure.ts';
import { NODE_PLACES } from './places.ts';
import { UsageError } from './usageError.ts';

const USAGE =
  'usage: npm run bench -- [--engine all|wasm|cpu] [--width 8] [--batch 64] [--steps 7] [--json FILE]';

type NodeEngine = Exclude<BackendName, 'webgpu'>;

interface Order extends BenchOrder {
  readonly engines: readonly NodeEngine[];
  readonly json: string | null;
}

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
  if (engine !== 'all' && engine !== 'wasm' && engine !== 'cpu') {
    throw new UsageError(`--engine must be all, wasm or cpu, got "${engine}"`);
  }
  const order: Order = {
    engines: engine === 'all' ? ['wasm', 'cpu'] : [engine],
    width: Number(values.width ?? DEFAULT_CONFIG.width),
    batch: Number(values.batch ?? DEFAULT_CONFIG.batch),
    steps: Number(values.steps ?? 7),
    json: values.json ?? null,
  };
  const faults = checkConfig({ ...DEFAULT_CONFIG, width: order.width, batch: order.batch });
  if (!Number.isInteger(order.steps) || order.steps < 1)
    faults.push(`--steps must be a whole number from 1 up, got ${values.steps}`);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return order;
}

async function bench(order: Order): Promise<Partial<Record<NodeEngine, BenchResult>>> {
  const results: Partial<Record<NodeEngine, BenchResult>> = {};
  for (const name of order.engines) {
    await useBackend(name, NODE_PLACES);
    const steps = name === 'cpu' ? Math.min(CPU_STEPS, order.steps) : order.steps;
    results[name] = await measure({ ...order, steps }, (done) =>
      stderr.write(`${name}: step ${done} of ${steps}\n`),
    );
  }
  return results;
}

function table(results: Partial<Record<NodeEngine, BenchResult>>): string {
  const rows = Object.entries(results).map(([name, r]) =>
    [
      name.padEnd(6),
      `${r.stepMs.toFixed(0)} ms`.padStart(10),
      `${r.imagesPerSecond.toFixed(1)}`.padStart(10),
      `${r.gflops.toFixed(2)}`.padStart(10),
      `${r.limitGflops.toFixed(2)}`.padStart(10),
      `${r.fractionOfLimit.toFixed(2)}`.padStart(10),
    ].join(''),
  );
  return ['engine      step  images/s   GFLOP/s     limit  fraction', ...rows].join('\n');
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
