import { create } from 'zustand';
import { type AdapterKind, adapterKind } from '../../benchmark/door/adapter.ts';
import { BenchmarkClient } from '../../benchmark/door/client.ts';
import type { BenchmarkEvent, BenchmarkRequest } from '../../benchmark/door/protocol.ts';
import { type BenchReport, reportText } from '../../benchmark/door/report.ts';
import { machineWanted } from '../machineWishes.ts';
import { underWay, usePlayground } from '../playground.ts';
import type { RunState } from '../run/run.ts';

export type { AdapterKind } from '../../benchmark/door/adapter.ts';
export type { BenchReport } from '../../benchmark/door/report.ts';

export type BenchmarkPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly line: string; readonly since: number }
  | { readonly kind: 'done'; readonly report: BenchReport; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string; readonly advice: string };

/** The sizes that can be timed. The smallest are for a first look. */
export const WIDTHS = [4, 8, 16, 32, 64] as const;
export const BATCHES = [4, 16, 64, 128, 256] as const;

/**
 * On a software adapter, a step of stock tfjs takes half a minute with the first and several minutes with the
 * second.
 */
const DEFAULTS = {
  software: { width: 8, batch: 16, stock: true },
  hardware: { width: 16, batch: 64, stock: true },
} as const;

/** The benchmark of this browser's GPU. */
export interface Benchmark {
  readonly phase: BenchmarkPhase;
  /** null until the adapter is known. */
  readonly adapter: AdapterKind | null;
  readonly request: BenchmarkRequest;
  /** Asks for the adapter, and chooses sizes that suit it unless the user has chosen. */
  prepare(): Promise<void>;
  choose(change: Partial<BenchmarkRequest>): void;
  /** Starts the benchmark. It is not possible while a run computes (`competitor`). */
  run(): void;
  cancel(): void;
}

export const useBenchmark = create<Benchmark>()((set, get) => {
  let chosen = false;
  const client = new BenchmarkClient((event) => set(({ phase }) => ({ phase: phaseAfter(phase, event) })));
  return {
    phase: { kind: 'idle' },
    adapter: null,
    request: DEFAULTS.hardware,
    prepare: async () => {
      const adapter = await adapterKind(machineWanted().power);
      set({ adapter });
      if (!chosen && adapter === 'software') set({ request: DEFAULTS.software });
    },
    choose: (change) => {
      chosen = true;
      set(({ request }) => ({ request: { ...request, ...change } }));
    },
    run: () => {
      if (get().phase.kind === 'running' || competitor(usePlayground.getState().run) !== null) return;
      set({ phase: { kind: 'running', line: 'engine: loading', since: Date.now() } });
      const { power } = machineWanted();
      client.start({ ...get().request, ...(power && { power }) });
    },
    cancel: () => {
      if (get().phase.kind !== 'running') return;
      client.end();
      set({ phase: { kind: 'idle' } });
    },
  };
});

/** The phase after an event of the worker. */
export function phaseAfter(phase: BenchmarkPhase, event: BenchmarkEvent): BenchmarkPhase {
  switch (event.kind) {
    case 'progress':
      return phase.kind === 'running' ? { ...phase, line: event.line } : phase;
    case 'report': {
      const { report } = event;
      return { kind: 'done', report, text: reportText(report, new Date().toISOString().slice(0, 10)) };
    }
    case 'failed':
      return { kind: 'failed', message: event.message, advice: event.advice };
    default:
      return event satisfies never;
  }
}

/**
 * Whether a run competes with a benchmark for the same processor and GPU. It computes and can be paused, or
 * it computes and must be waited for; null if neither. A paused run holds its memory but does not compute.
 */
export function competitor(run: RunState | null): 'pausable' | 'busy' | null {
  if (run === null || !underWay(run) || run.state === 'paused') return null;
  return run.state === 'training' || run.state === 'evaluating' ? 'pausable' : 'busy';
}
