import type { LinkListener } from '../../link/workerLink.ts';
import type { Build } from '../builds.ts';
import { hasFused } from '../support.ts';
import type { FromThread, ToThread } from './messages.ts';

/** A pool's end of a thread. None of its messages arrives after `end`. */
export interface ThreadPort {
  send(message: ToThread): void;
  end(): void;
}

/** What pages and Node do in different ways. */
export interface PoolPlaces {
  /** How many threads compute if nobody says how many. */
  readonly threads: number;
  /** The binary of a build. */
  binary(build: Build): Promise<BufferSource>;
  /** Starts a thread: a module worker in pages, a worker of worker_threads in Node. */
  thread(listener: LinkListener<FromThread>): ThreadPort;
}

/** Which binary computes, on how many threads, as the record of a run says. */
export interface Machine {
  /** Whether a multiply and add rounds once. Results are the same bits only where this is the same. */
  readonly fused: boolean;
  /** Results are the same bits for any number of threads. */
  readonly threads: number;
}

/** The machine for a run. @param threads as the user says */
export function machineHere(places: PoolPlaces, threads = places.threads): Machine {
  return { fused: hasFused(), threads };
}
