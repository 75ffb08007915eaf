import { create } from 'zustand';
import type { InferenceReport } from '../../inference/report.ts';
import { MASK_KINDS, type MaskKind, type MasksOutcome } from '../../laboratory/door/masksOrder.ts';
import type { LaboratoryEvent, Order } from '../../laboratory/door/protocol.ts';
import type { SliceForm, SliceOutcome } from '../../laboratory/door/sliceOrder.ts';
import { SLICE_NAMES } from '../data/files.ts';
import { canExport, usePlayground } from '../playground.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { weightsDownload } from '../run/runFiles.ts';
import { laboratoryBench, laboratorySubject } from './laboratoryBench.ts';

export type { InferenceReport, Speedup } from '../../inference/report.ts';
export { FORM_NAMES, type FormName } from '../../inference/report.ts';
export {
  MASK_KINDS,
  MASK_TEXTS,
  type MaskKind,
  type MaskMeasure,
  type MaskResult,
  type MaskScore,
  type MasksOutcome,
} from '../../laboratory/door/masksOrder.ts';
export type { SliceForm } from '../../laboratory/door/sliceOrder.ts';

/** Masks that can be chosen: the real gates are always there. */
export type ChosenMask = Exclude<MaskKind, 'real'>;
export const CHOICES: readonly ChosenMask[] = MASK_KINDS.filter((mask) => mask !== 'real');

export type MaskLabPhase =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working';
      readonly order: Order['kind'];
      readonly id: number;
      readonly task: string;
      /** Of the order, 0–1. */
      readonly share: number;
      readonly remainingMs: number | null;
    }
  | {
      readonly kind: 'failed';
      readonly order: Order['kind'];
      readonly message: string;
      readonly advice: string;
    };

/** What was sliced, without the weights, which are a file by then. */
export type SliceFacts = Omit<SliceOutcome, 'weights'>;

/** What was found out about one network at one moment of its training. */
export interface Findings {
  readonly masks: MasksOutcome | null;
  readonly inference: Readonly<Partial<Record<InferenceReport['engine'], InferenceReport>>>;
  readonly slices: Readonly<Partial<Record<SliceForm, SliceFacts>>>;
}

export const NO_FINDINGS: Findings = { masks: null, inference: {}, slices: {} };

/** Experiments on the trained network of the page: masks at equal MACs, slices, timed inference. */
export interface MaskLab {
  readonly chosen: readonly ChosenMask[];
  /** Share of the dense MACs that a network without gates is pruned to. */
  readonly ratio: number;
  readonly phase: MaskLabPhase;
  /** The weights that the findings are about: `subjectOf` the run then. */
  readonly subject: string | null;
  readonly findings: Findings;
  choose(mask: ChosenMask, on: boolean): void;
  setRatio(ratio: number): void;
  order(order: 'masks' | InferenceReport['engine'] | SliceForm): void;
  cancel(): void;
}

/** Names the weights that a run has now; null while it has none to take. */
export function subjectOf(run: RunState | null): string | null {
  return run?.record.weights ? `${run.run} after ${stepsMade(run)} steps` : null;
}

/** Weights could be had: the run is paused, and its engine holds them. */
export function couldTakeWeights(run: RunState | null): boolean {
  return run?.state === 'paused' && !run.record.weights && canExport(run);
}

/** Findings after what the laboratory came to. */
export function findingsAfter(findings: Findings, event: LaboratoryEvent): Findings {
  if (event.kind !== 'done') return findings;
  const { outcome } = event;
  switch (outcome.kind) {
    case 'masks':
      return { ...findings, masks: outcome };
    case 'inference':
      return {
        ...findings,
        inference: { ...findings.inference, [outcome.report.engine]: outcome.report },
      };
    case 'slice': {
      const { weights: _, ...facts } = outcome;
      return { ...findings, slices: { ...findings.slices, [outcome.form]: facts } };
    }
    case 'measures':
    case 'features':
    case 'parity':
      return findings;
    default:
      return outcome satisfies never;
  }
}

/** The phase after an event of the order under way; events of orders before it change nothing. */
export function phaseAfter(phase: MaskLabPhase, event: LaboratoryEvent): MaskLabPhase {
  if (phase.kind !== 'working' || event.id !== phase.id) return phase;
  switch (event.kind) {
    case 'progress': {
      const { task, share, remainingMs } = event;
      return { ...phase, task, share, remainingMs };
    }
    case 'done':
    case 'cancelled':
      return { kind: 'idle' };
    case 'failed':
      return { kind: 'failed', order: phase.order, message: event.message, advice: event.advice };
    default:
      return event satisfies never;
  }
}

export const useMaskLab = create<MaskLab>()((set, get) => {
  const hear = (event: LaboratoryEvent) => {
    const { phase, findings } = get();
    if (phase.kind !== 'working' || event.id !== phase.id) return;
    set({ phase: phaseAfter(phase, event), findings: findingsAfter(findings, event) });
    if (event.kind === 'done' && event.outcome.kind === 'slice') save(event.outcome);
  };

  function save({ form, weights }: SliceOutcome): void {
    const { run } = usePlayground.getState();
    if (!run) return;
    void usePlayground.getState().offer(weightsDownload(run, weights, 'json', SLICE_NAMES[form]));
  }

  return {
    chosen: CHOICES,
    ratio: 0.3,
    phase: { kind: 'idle' },
    subject: null,
    findings: NO_FINDINGS,
    choose: (mask, on) =>
      set(({ chosen }) => ({
        chosen: CHOICES.filter((kind) => (kind === mask ? on : chosen.includes(kind))),
      })),
    setRatio: (ratio) => set({ ratio }),
    order: (asked) => {
      const { run } = usePlayground.getState();
      const name = subjectOf(run);
      const weights = run?.record.weights;
      if (get().phase.kind === 'working' || name === null || !weights) return;
      const { chosen, ratio, subject } = get();
      const order: Order =
        asked === 'masks'
          ? { kind: 'masks', masks: chosen, ratio }
          : asked === 'wasm' || asked === 'webgpu'
            ? { kind: 'inference', engine: asked }
            : { kind: 'slice', form: asked };
      if (name !== subject) set({ findings: NO_FINDINGS });
      const id = laboratoryBench.order(laboratorySubject(run, weights), order, hear);
      const phase = {
        kind: 'working',
        order: order.kind,
        id,
        task: 'Loading',
        share: 0,
        remainingMs: null,
      } as const;
      set({ phase, subject: name });
    },
    cancel: () => {
      const { phase } = get();
      if (phase.kind === 'working') laboratoryBench.cancel(phase.id);
    },
  };
});
