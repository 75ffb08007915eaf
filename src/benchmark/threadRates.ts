import { median } from '../statistics/median.ts';
import { hasFused } from '../wasm/support.ts';
import type { Machine, PoolPlaces } from '../wasm/threads/places.ts';
import { FIRST_FREE, openPool, type Pool, type Program } from '../wasm/threads/pool.ts';
import { layerCalls, resultOf, stepLayers } from './stepLayers.ts';
import type { Workload } from './workload.ts';

// Wall time of a step's convolutions and BatchNorms by pools of one thread and of many, in turns.

export interface ThreadRatesOrder extends Workload {
  readonly rounds: number;
  readonly places: PoolPlaces;
  /** Milliseconds from any time on, as on the wall. */
  readonly clock: () => number;
}

/** Median wall times of one pool, milliseconds. */
export interface ThreadRate extends Machine {
  /** All convolutions of a step, forward and backward. */
  readonly convolutions: number;
  /** All BatchNorms with a ReLU behind each, forward and backward. */
  readonly norms: number;
}

interface Timed {
  readonly pool: Pool;
  readonly programs: readonly [convolutions: Program, norms: Program];
  /** [round][program] */
  readonly times: number[][];
}

/** Times each build on one thread, and on all that the places take if these are more. */
export async function threadRates({
  rounds,
  places,
  clock,
  ...workload
}: ThreadRatesOrder): Promise<ThreadRate[]> {
  const builds = hasFused() ? [false, true] : [false];
  const counts = [...new Set([1, places.threads])];
  const timed: Timed[] = [];
  try {
    for (const fused of builds)
      for (const threads of counts) timed.push(await prepared({ fused, threads }, workload, places));
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const { pool, programs, times } of timed) {
        const taken = programs.map((program) => {
          const started = clock();
          pool.run(program);
          return clock() - started;
        });
        if (round > 0) times.push(taken);
      }
    }
  } finally {
    for (const { pool } of timed) pool.dispose();
  }
  return timed.map(({ pool, times }) => ({
    ...pool.machine,
    convolutions: median(times.map(([convolutions]) => convolutions!)),
    norms: median(times.map(([, norms]) => norms!)),
  }));
}

async function prepared(machine: Machine, workload: Workload, places: PoolPlaces): Promise<Timed> {
  const layers = stepLayers(workload);
  const result = resultOf(layers);
  const calls = layers.flatMap((layer, i) => {
    const { forward, ofInput, ofFilter, norms } = layerCalls(layer, result);
    // The images have no gradient.
    const convolutions = [...forward, ...(i > 0 ? ofInput : []), ...ofFilter];
    return Array.from({ length: layer.count }, () => ({ convolutions, norms }));
  });
  const end = Math.max(...calls.map(({ norms }) => norms.end));
  const pool = await openPool({ ...machine, places, bytes: end - FIRST_FREE });
  new Float32Array(pool.memory.buffer, FIRST_FREE).fill(0.5);
  const convolutions = await pool.compile(calls.flatMap((each) => each.convolutions));
  const norms = await pool.compile(calls.flatMap((each) => each.norms.calls));
  return { pool, programs: [convolutions, norms], times: [] };
}

/** The times as a table. */
export function threadTable(rates: readonly ThreadRate[]): string {
  const rows = rates.map(({ fused, threads, convolutions, norms }) =>
    [
      fused ? 'fused' : 'plain',
      String(threads).padStart(8),
      `${convolutions.toFixed(1)} ms`.padStart(13),
      `${norms.toFixed(1)} ms`.padStart(21),
    ].join(' '),
  );
  return ['build  threads  convolutions  BatchNorms and ReLUs', ...rows].join('\n');
}
