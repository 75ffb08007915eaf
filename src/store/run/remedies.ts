import { checkConfig } from '../../fields.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { FailureReason } from '../../run/protocol.ts';
import { rewound } from '../../run/record.ts';
import { mustAsk, useLayoutQuestion } from '../data/layoutQuestion.ts';
import { grouped } from '../grouped.ts';
import { usePlayground } from '../playground.ts';
import { type RunEntry, useLibrary } from '../runs/library.ts';
import { entryName } from '../runs/libraryRows.ts';
import { useRoom } from '../runs/room.ts';
import { runName } from '../runs/runsText.ts';
import { useSettings } from '../settings.ts';
import { goOnAsNew } from './continueRun.ts';
import type { TrainOrder } from './orders.ts';
import { type RunState, stepsMade } from './run.ts';

/** What the user can do about a trouble, by one button each. */
export type Remedy = 'useTheRest' | 'backAtHalfRate' | 'trainOnWasm' | 'freeRoom' | 'exportRun';

/** What can befall a run: it fails, or the browser gives no more room to keep it. */
export type Trouble = FailureReason | 'full';

/** The remedies of each trouble, the most useful first. Not each is possible each time. */
const REMEDIES: Readonly<Record<Trouble, readonly Remedy[]>> = {
  data: ['useTheRest', 'exportRun'],
  config: ['exportRun'],
  engine: ['trainOnWasm', 'exportRun'],
  diverged: ['backAtHalfRate', 'exportRun'],
  internal: ['trainOnWasm', 'exportRun'],
  full: ['freeRoom', 'exportRun'],
};

/** A remedy that is possible now. */
export interface PossibleRemedy {
  readonly remedy: Remedy;
  /** The words of its button. */
  readonly label: string;
  /** Does it. @throws Error in words; nothing has changed then */
  readonly act: () => void | Promise<void>;
}

/** What decides which remedies are possible. */
export interface Circumstances {
  readonly run: RunState | null;
  readonly order: TrainOrder | null;
  /** The newest checkpoint of the run's session, if it has one. */
  readonly checkpoint: Checkpoint | null;
  /** The run in the list of kept runs, if it is kept. */
  readonly entry: Pick<RunEntry, 'checkpoints'> | null;
}

/** The circumstances of the run on the page. */
export function circumstancesOf(run: RunState | null, entries: readonly RunEntry[]): Circumstances {
  const { order, checkpoint } = usePlayground.getState();
  const entry = entries.find(({ id }) => id === run?.run) ?? null;
  return { run, order, checkpoint: checkpoint(), entry };
}

/** The remedies of a trouble that are possible, in the order of their buttons. */
export function remediesOf(trouble: Trouble, circumstances: Circumstances): PossibleRemedy[] {
  return REMEDIES[trouble].flatMap((remedy) => {
    const possible = possibilityOf(remedy, circumstances);
    return possible === null ? [] : [{ remedy, ...possible }];
  });
}

function possibilityOf(remedy: Remedy, circumstances: Circumstances): Omit<PossibleRemedy, 'remedy'> | null {
  const { run } = circumstances;
  switch (remedy) {
    case 'useTheRest':
      return run?.failure?.canUseRest ? { label: 'Use the rest', act: useTheRest } : null;
    case 'backAtHalfRate': {
      const back = backOf(circumstances);
      if (run === null || back === null || checkConfig(halved(run)).length > 0) return null;
      return {
        label: `Back to the last checkpoint (step ${grouped(back)}) at half the rate`,
        act: () => backAtHalfRate(circumstances, back),
      };
    }
    case 'trainOnWasm': {
      if (!mayTrainOnWasm(circumstances)) return null;
      const from = newestWithin(circumstances, Number.POSITIVE_INFINITY);
      const onward = from ? `, from step ${grouped(from)}` : '';
      return { label: `Train on WASM instead${onward}`, act: () => trainOnWasm(circumstances, from) };
    }
    case 'freeRoom':
      return { label: 'Free room', act: () => useRoom.getState().show() };
    case 'exportRun':
      if (run?.origin.kind !== 'here' || stepsMade(run) === 0) return null;
      return { label: 'Export now', act: () => usePlayground.getState().exportFile('run') };
    default:
      return remedy satisfies never;
  }
}

/**
 * The step to go back to, null if there is none. The loss of a step is computed with the weights of the one
 * before. A checkpoint of the last step would therefore diverge at once, whatever the rate.
 */
function backOf(circumstances: Circumstances): number | null {
  const { run } = circumstances;
  return run && newestWithin(circumstances, stepsMade(run) - 1);
}

/** The newest step up to `most` of which the session or the browser has a checkpoint; null without one. */
function newestWithin({ checkpoint, entry }: Circumstances, most: number): number | null {
  const held = checkpoint ? [checkpoint.step] : [];
  const kept = entry?.checkpoints.map(({ step }) => step) ?? [];
  const steps = [...held, ...kept].filter((step) => step <= most);
  return steps.length > 0 ? Math.max(...steps) : null;
}

/** Whether the engine that failed is another one than WASM. */
function mayTrainOnWasm({ run, order }: Circumstances): boolean {
  if (order === null) return false;
  const engine = run?.record.ready?.engine?.name ?? order.engine;
  // The automatic choice has tried WASM before it gives up.
  return engine !== 'wasm' && engine !== 'auto';
}

function halved({ config }: RunState): RunState['config'] {
  return { ...config, learningRate: config.learningRate / 2 };
}

interface Standing {
  readonly file: RunFile;
  readonly checkpoint: Checkpoint;
}

/** The run as it was at a step that has a checkpoint. @throws Error in words */
async function standingAt(run: RunState, held: Checkpoint | null, step: number): Promise<Standing> {
  if (held?.step !== step) return useLibrary.getState().fork(run.run, step);
  const { runFileOf } = await import('../../run/files/runFile.ts');
  return { file: runFileOf(run.config, rewound(run.record, step)), checkpoint: held };
}

/** Goes on from a checkpoint of the run that diverged, as a new run, at half its rate from there on. */
async function backAtHalfRate({ run, order, checkpoint }: Circumstances, step: number): Promise<void> {
  if (run === null || order === null) return;
  const { name, engine } = standingNames(run, order);
  const config = halved(run);
  const rate = `peak learning rate ${config.learningRate} instead of ${run.config.learningRate}`;
  const told = `step ${grouped(step)} of “${name}”, which diverged after step ${grouped(stepsMade(run))}`;
  await goOnAsNew({
    ...(await standingAt(run, checkpoint, step)),
    ...{ config, source: order.source, engine },
    name: `${originOf(name)}, from step ${grouped(step)} at rate ${config.learningRate}`,
    note: `Back to ${told}; ${rate} from there on`,
    said: `Back to ${told}. From here on: ${rate}.`,
  });
}

/** Trains the run on WASM: from its newest checkpoint, or anew where there is none. */
async function trainOnWasm({ run, order, checkpoint }: Circumstances, step: number | null): Promise<void> {
  if (run === null || order === null) return;
  if (step === null || step === 0) {
    anew({ ...order, engine: 'wasm' });
  } else {
    const { name, engine } = standingNames(run, order);
    const told = `step ${grouped(step)} of “${name}”`;
    await goOnAsNew({
      ...(await standingAt(run, checkpoint, step)),
      ...{ config: run.config, source: order.source, engine: 'wasm' },
      name: `${originOf(name)}, from step ${grouped(step)} on WASM`,
      note: `Begun with ${told}, on WASM instead of ${engine}`,
      said: `Goes on from ${told}, on WASM instead of ${engine}.`,
    });
  }
  // The next run would otherwise fail on the same engine.
  useSettings.getState().chooseEngine('wasm');
}

/** The name of the run in the list, and the engine that computed it. */
function standingNames(run: RunState, order: TrainOrder) {
  const entry = useLibrary.getState().entries.find(({ id }) => id === run.run);
  return {
    name: entry ? entryName(entry) : runName(run),
    engine: run.record.ready?.engine?.name ?? order.engine,
  };
}

/** The name of the first run, when one goes back again and again. */
function originOf(name: string): string {
  return name.replace(/, from step [\d,]+ (at rate [\d.e-]+|on WASM)$/, '');
}

/** Starts a failed run anew with those of its images that can be read, after too many could not. */
export function useTheRest(): void {
  const { source, run, order } = usePlayground.getState();
  if (source?.kind !== 'files' || run === null || order === null) return;
  const { source: chosen } = useSettings.getState();
  let rest = { ...source, useTheRest: true };
  // The next runs of these files need not ask again. Files that were chosen since then are others.
  if (chosen.kind === 'files' && chosen.train === source.train) {
    rest = { ...(chosen.layout && { layout: chosen.layout }), ...rest };
    // The panel tells what was read only where it shows the very source of the run.
    useSettings.setState({ source: chosen === source ? rest : { ...chosen, useTheRest: true } });
  }
  // Only the list of kept runs can go on with a run that has steps already.
  if (stepsMade(run) > 0) {
    const complaint = 'The rest will be used. Resume the run again from the list of runs.';
    usePlayground.setState({ complaint });
  } else if (mustAsk(rest)) useLayoutQuestion.getState().ask();
  else anew({ ...order, source: rest });
}

/** Starts a run that failed anew. Whether its budget is held stays. */
function anew(order: TrainOrder): void {
  const { budgetHeld, train } = usePlayground.getState();
  train(order);
  usePlayground.setState({ budgetHeld });
}
