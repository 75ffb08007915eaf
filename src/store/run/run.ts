import type { RunConfig, SystemId } from '../../config.ts';
import type { MemoryUse } from '../../metrics.ts';
import type { FailureReason, SessionState } from '../../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../../run/record.ts';
import type { ClientEvent } from '../../session/door/client.ts';
import { grouped } from '../grouped.ts';
import { branchesOf, branchName } from './branches.ts';

export type { Ready } from '../../run/protocol.ts';
export type { MapLayout, RunRecord } from '../../run/record.ts';

/** Who recorded a run that comes with the page. */
export interface ByProject {
  readonly system: SystemId;
  /** ISO 8601, the day only. */
  readonly on: string;
  /** Processor, threads and program. */
  readonly device: string;
  /** Version of the project. */
  readonly project: string;
}

/**
 * Where a run on the page comes from: it is trained in this tab, it was opened from a file or from the list
 * of kept runs, or it was recorded by the project and came with the page.
 */
export type Origin =
  | { readonly kind: 'here' }
  /**
   * @property file name of the file, or of the run in the list
   * @property id what links know the run by; absent of weights without a run
   * @property notice what was changed in reading the file, in a sentence
   */
  | { readonly kind: 'opened'; readonly file: string; readonly id?: string; readonly notice?: string }
  | { readonly kind: 'recorded'; readonly file: string; readonly byProject: ByProject };

export interface Progress {
  readonly task: string;
  readonly done: number;
  /** 0 if unknown. */
  readonly total: number;
  readonly unit: string;
}

/** Images of a run that trains while they come. */
export interface Arriving {
  /** Training and test images that have come, and all of them. */
  readonly received: number;
  readonly total: number;
  /** Whether the run waits for them. */
  readonly waits: boolean;
  /** Why they do not come; null if they come. */
  readonly fault: string | null;
}

export interface Failure {
  readonly reason: FailureReason;
  readonly message: string;
  readonly advice: string;
  /** Whether the run could start with the images that can be read. */
  readonly canUseRest: boolean;
}

/** The engine was lost, and the run continues from a checkpoint. */
export interface Interruption {
  /** Number of steps when it was lost. */
  readonly step: number;
  readonly reason: string;
  /** The step that the run continued from; null until it does. */
  readonly from: number | null;
}

export interface LogLine {
  /** Number of steps when the line was written. */
  readonly step: number;
  readonly text: string;
  readonly level: 'info' | 'warning' | 'error';
}

/** One run, with everything that the page knows of it. */
export interface RunState {
  readonly run: string;
  readonly origin: Origin;
  readonly config: RunConfig;
  readonly state: SessionState;
  /** The present t_d. The run began with `config.budget`. */
  readonly budget: number;
  readonly progress: Progress | null;
  /** Null if all images are there. */
  readonly arriving: Arriving | null;
  /** Progress of the map worker's UMAP, 0–1; null if it is idle. */
  readonly mapProgress: number | null;
  /**
   * What its engine held when it last said so; null before its first step, and for runs of other machines.
   */
  readonly memory: MemoryUse | null;
  readonly failure: Failure | null;
  /** The newest one, until the user dismisses it. */
  readonly interruption: Interruption | null;
  readonly log: readonly LogLine[];
  readonly record: RunRecord;
}

/** A run before its first event. */
export function newRun(run: string, config: RunConfig, origin: Origin): RunState {
  return {
    run,
    origin,
    config,
    state: 'idle',
    budget: config.budget,
    progress: null,
    arriving: null,
    mapProgress: null,
    memory: null,
    failure: null,
    interruption: null,
    log: [],
    record: EMPTY_RECORD,
  };
}

/** The run after one more event. Pure. An event of another run changes nothing. */
export function applyEvent(state: RunState, event: ClientEvent): RunState {
  if (event.run !== state.run) return state;
  switch (event.kind) {
    case 'mapProgress':
      return { ...state, mapProgress: event.done < event.total ? event.done / event.total : null };
    case 'mapFailed':
      return { ...written(state, stepsMade(state), `Maps: ${event.message}`, 'warning'), mapProgress: null };
    case 'state':
      // A change of state ends the loading, compiling or evaluation that the progress was about.
      return { ...state, state: event.state, progress: null };
    case 'progress': {
      const { task, done, total, unit } = event;
      return { ...state, progress: { task, done, total, unit } };
    }
    case 'images': {
      const { received, total, waits, fault } = event;
      const arriving = received < total || waits ? { received, total, waits, fault } : null;
      if (fault === null) return { ...state, arriving };
      return { ...written(state, stepsMade(state), `Images: ${fault}`, 'warning'), arriving };
    }
    case 'memory':
      return { ...state, memory: event.use };
    case 'notice':
      return written(state, stepsMade(state), event.message, 'warning');
    case 'failed': {
      const { reason, message, advice, canUseRest = false } = event;
      const failed = written(state, stepsMade(state), message, 'error');
      return {
        ...failed,
        state: 'failed',
        progress: null,
        arriving: null,
        failure: { reason, message, advice, canUseRest },
      };
    }
    case 'budget':
      return { ...logged(state, event), budget: event.budget };
    case 'interrupted': {
      const { step, reason } = event;
      const interrupted = written(state, step, `Interrupted: ${reason}`, 'warning');
      return {
        ...interrupted,
        state: 'interrupted',
        progress: null,
        arriving: null,
        interruption: { step, reason, from: null },
      };
    }
    case 'rewound': {
      const { step, budget } = event;
      const back = written(state, step, `Back at the checkpoint of step ${step}`, 'info');
      const interruption = state.interruption && { ...state.interruption, from: step };
      return { ...back, record: rewound(state.record, step), budget, interruption };
    }
    case 'ready':
    case 'mapImages':
    case 'floors':
    case 'steps':
    case 'diverged':
    case 'epoch':
    case 'gradients':
    case 'usage':
    case 'cautions':
    case 'features':
    case 'map':
    case 'nearest':
    case 'dial':
    case 'weights':
    case 'finished':
      return logged(state, event);
    default:
      return event satisfies never;
  }
}

/** Whether the engine was lost and the run has not yet reached the step that it continues from. */
export function isRestoring({ interruption, state }: RunState): boolean {
  return interruption !== null && interruption.from === null && state !== 'failed';
}

/** Who recorded the run, if it came with the page; null for any other run. */
export function byProject(run: RunState | null): ByProject | null {
  return run?.origin.kind === 'recorded' ? run.origin.byProject : null;
}

/** What links know a run by; null for a recorded one, which they name by its system, and for mere weights. */
export function identityOf({ run, origin }: RunState): string | null {
  if (origin.kind === 'here') return run;
  return origin.kind === 'opened' ? (origin.id ?? null) : null;
}

/** Whether there is a run that did not come with the page: it was trained here, or opened from a file. */
export function isOwn(run: RunState | null): boolean {
  return run !== null && byProject(run) === null;
}

/** Steps made so far. */
export function stepsMade(state: RunState): number {
  return state.record.steps.at(-1)?.step ?? 0;
}

type Recorded = Extract<ClientEvent, Parameters<typeof addToRecord>[1]>;

function logged(state: RunState, event: Recorded): RunState {
  const record = addToRecord(state.record, event);
  const next = { ...state, record };
  const text = logLineOf(state, event);
  return text === null ? next : written(next, stepOf(next, event), text, 'info');
}

/** The step of an event. Recorded runs tell all steps first, so later events carry their own step. */
function stepOf(state: RunState, event: Recorded): number {
  if (event.kind === 'epoch') return event.row.step;
  return event.kind === 'budget' ? event.step : stepsMade(state);
}

function written(state: RunState, step: number, text: string, level: LogLine['level']): RunState {
  return { ...state, log: [...state.log, { step, text, level }] };
}

function logLineOf(state: RunState, event: Recorded): string | null {
  switch (event.kind) {
    case 'ready': {
      const { data, engine } = event.ready;
      const bank = data.bank === null ? '' : `, k-NN learns from ${grouped(data.bank)} labelled ones`;
      const images =
        data.train > 0
          ? `: ${grouped(data.train)} training and ${grouped(data.test)} test images${bank}`
          : '';
      return `${data.name}${images}${engine ? `; engine ${engine.name}` : ''}`;
    }
    case 'epoch': {
      const { epoch, knn20, macRatio, sample } = event.row;
      const accuracies = branchesOf(state.config).map((branch) =>
        share(branchName(branch).toLowerCase(), knn20[branch] ?? null),
      );
      const measured = accuracies.filter((part) => part !== null);
      const parts = [measured.length > 0 ? `20-NN ${measured.join(', ')}` : null, share('MACs', macRatio)];
      const found = parts.filter((part) => part !== null);
      const test = state.record.ready?.data.test ?? 0;
      const part = sample && sample.test < test ? ` on ${grouped(sample.test)} test images` : '';
      return `Epoch ${epoch + 1} evaluated${part}${found.length > 0 ? `: ${found.join(', ')}` : ''}`;
    }
    case 'budget':
      // After an interruption, the session repeats the budget, which the page knows already.
      if (event.budget === state.budget) return null;
      return `t_d set from ${state.budget.toFixed(2)} to ${event.budget.toFixed(2)}`;
    case 'finished':
      return event.stoppedEarly ? 'Stopped early and evaluated' : 'Finished';
    default:
      return null;
  }
}

function share(label: string, fraction: number | null): string | null {
  return fraction === null ? null : `${label} ${(100 * fraction).toFixed(1)} %`;
}
