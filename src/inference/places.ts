import type { BackendPlaces } from '../method/backend.ts';
import { machineHere, type PoolPlaces } from '../wasm/threads/places.ts';

/** Where frozen networks find what computes them on the processor. */
export interface InferencePlaces extends BackendPlaces {
  readonly pool: PoolPlaces;
  /** Threads, as the user says. */
  readonly threads?: number | undefined;
}

/** How `CpuInference` is opened here. */
export function cpuOptions({ pool, threads }: Pick<InferencePlaces, 'pool' | 'threads'>) {
  return { machine: machineHere(pool, threads), places: pool };
}
