import { create } from 'zustand';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import type { RunFile } from '../run/files/runFile.ts';
import type { DataSource } from '../run/protocol.ts';
import { summaryOf } from '../run/sets/runSummary.ts';
import { type ClientEvent, SessionClient } from '../session/door/client.ts';
import type { MapSettings } from '../session/door/mapProtocol.ts';
import { alone, dataOf } from './data/files.ts';
import { mustAsk, useLayoutQuestion } from './data/layoutQuestion.ts';
import { openKind } from './data/openKind.ts';
import { reasonOf } from './exchanges.ts';
import { useLongRuns } from './longRuns.ts';
import { machineWanted } from './machineWishes.ts';
import type { GoOnOrder, TrainOrder } from './run/orders.ts';
import { applyEvent, newRun, type RunState, stepsMade } from './run/run.ts';
import { RunExports } from './run/runExports.ts';
import { type Download, type ExportKind, readRunFile, readWeightsFile } from './run/runFiles.ts';
import { canEnd, canExport, underWay } from './run/runStates.ts';
import { useSelection } from './run/selection.ts';
import { keptStep, newId, useLibrary } from './runs/library.ts';
import { useRuns } from './runs/runs.ts';
import { elsewhereNote, faults, missingText, useSettings } from './settings.ts';

export { type MapSettings, UMAP_SETTINGS, type UmapSettings } from '../session/door/mapProtocol.ts';
export { canEnd, canExport, inLastEvaluation, underWay } from './run/runStates.ts';

type Action = 'start' | 'startPaused' | 'reset' | { readonly instead: () => void };

/** The run on the page, and the actions on it. */
export interface Playground {
  readonly run: RunState | null;
  /** The images that the run trains on in this tab; null for a run that was opened or recorded. */
  readonly source: DataSource | null;
  /** How the run was started in this tab; null for a run that was opened or recorded. */
  readonly order: TrainOrder | null;
  /** The file that the run was read from; null for a run that trains or is kept in this browser. */
  readonly opened: RunFile | null;
  /** A request of the user that failed, and why. */
  readonly complaint: string | null;
  /** The action that waits for the user's confirmation, because it would discard a run that was not saved. */
  readonly confirming: Action | null;
  readonly download: Download | null;
  /** Whether a pause was asked for but has not begun, because an evaluation must end first. */
  readonly pausing: boolean;
  /**
   * Whether the user ended the run. A step or an evaluation may still be under way, and the last one follows.
   */
  readonly ending: boolean;
  /** The settings by which maps are drawn. */
  readonly mapsBy: MapSettings;
  /** Whether the run keeps its first budget, whatever the slider says. */
  readonly budgetHeld: boolean;
  /** Starts, pauses or continues, depending on the state. */
  toggle(): void;
  /** Takes one step. If there is no run, one is started and paused before its first step. */
  step(): void;
  /**
   * Ends the run early, if `canEnd`. It is evaluated as at its normal end. In the last evaluation, it ends
   * that, and the numbers so far stay.
   */
  finishNow(): void;
  reset(): void;
  /**
   * Trains this order instead of the page's settings, with its own budget to the end. Does not ask for
   * confirmation.
   */
  train(order: TrainOrder): void;
  /** Begins a run of the settings with these weights. Asks first if the run on the page would be lost. */
  beginWith(initial: NonNullable<TrainOrder['initial']>): void;
  /** Continues a kept run. Does not ask for confirmation. */
  goOn(order: GoOnOrder): void;
  /** Shows a run. Does not ask for confirmation. @param kept its id in the library, if it is kept there */
  show(state: RunState, kept?: string | null): void;
  /** Does work that puts another run on the page. Asks first if the present run would be lost. */
  instead(work: () => void): void;
  /** The newest checkpoint that the session of the run on the page has made; null if there is none. */
  checkpoint(): Checkpoint | null;
  /** Keeps a checkpoint of the present step. */
  keepNow(): void;
  /** Ends the present run and takes it off the page. Does not ask for confirmation. */
  abandon(): void;
  confirm(yes: boolean): void;
  /** Sets the budget of the next run and of the present run, if there is one. */
  setBudget(budget: number): void;
  /** Sets how maps are drawn: this run's maps, which are drawn again, and later ones. */
  drawMapsBy(settings: MapSettings): void;
  exportFile(what: ExportKind): void;
  /** Asks the session for its present weights, for work on them in the page. */
  takeWeights(): void;
  /** Offers a file once it is written. False if it was not written; the page then shows the reason. */
  offer(writing: Promise<Download>): Promise<boolean>;
  downloaded(): void;
  /** Takes files that were dropped or picked. A run file is shown, and data are chosen for the next run. */
  take(files: readonly File[]): void;
  dismiss(): void;
  /** Hides the message about an interruption. */
  dismissInterruption(): void;
}

/**
 * The budget is sent when the slider has rested for this time, because each change puts a flag on the curves.
 */
const BUDGET_REST_MS = 250;

export const usePlayground = create<Playground>()((set, get) => {
  let runs = 0;
  let stepWhenPaused = false;
  let budgetTimer: ReturnType<typeof setTimeout> | undefined;
  /** When the present run was started, milliseconds; null for a run from a file. */
  let startedAt: number | null = null;
  let wasPaused = false;

  const library = useLibrary.getState();
  const client = new SessionClient((event) => {
    const { run } = get();
    if (!run || event.run !== run.run) return;
    set({ run: applyEvent(run, event) });
    library.hear(event);
    answer(event);
  }, library.keep);
  const exports = new RunExports(client, get);
  useLongRuns.subscribe(({ pace }, before) => {
    if (pace !== before.pace) client.send({ kind: 'setPace', pace });
  });

  function answer(event: ClientEvent): void {
    if (event.kind === 'state') set({ pausing: event.state === 'pausing' });
    if (event.kind === 'state' && event.state === 'paused') wasPaused = true;
    if (event.kind === 'finished') shelve();
    if (event.kind === 'weights') exports.weightsCame();
    else if (event.kind === 'state' && event.state === 'paused' && stepWhenPaused) {
      stepWhenPaused = false;
      client.send({ kind: 'step' });
    } else if (event.kind === 'failed') {
      exports.giveUp();
      stepWhenPaused = false;
    }
  }

  /** Begins a run of the settings. If the folders can be read in more than one way, it asks instead. */
  function begin(paused: boolean, initial?: TrainOrder['initial']): void {
    const settings = useSettings.getState();
    const { config, source, engine } = settings;
    const missing = missingText(settings);
    if (missing) set({ complaint: `The run cannot start. ${missing}` });
    else if (mustAsk(source)) useLayoutQuestion.getState().ask();
    else launch({ config, source, engine, ...(initial && { initial }) }, paused, elsewhereNote(settings));
  }

  function launch(order: TrainOrder, paused: boolean, note = ''): void {
    const { config, source, engine, initial } = order;
    const problems = faults({ config, source });
    if (problems.length > 0) {
      set({ complaint: `The run cannot start. ${problems.join('. ')}.` });
      return;
    }
    forget();
    const run = { ...newRun(newId(), config, { kind: 'here' }), state: 'loading' as const };
    stepWhenPaused = paused;
    wasPaused = paused;
    startedAt = performance.now();
    set({ run, source, order });
    library.begin(run, source, engine, { note });
    client.start({
      kind: 'start',
      run: run.run,
      config,
      source,
      engine,
      paused,
      ...machineWanted(),
      ...(initial && { initial }),
    });
    keepPace();
  }

  /** Tells the session the pace that the user wants, unless it is the one that it begins with. */
  function keepPace(): void {
    const { pace } = useLongRuns.getState();
    if (pace !== 'full') client.send({ kind: 'setPace', pace });
  }

  /** Adds the ended run to those that can be compared. */
  function shelve(): void {
    const { run } = get();
    if (!run) return;
    const seconds =
      startedAt !== null && !wasPaused && !run.interruption ? (performance.now() - startedAt) / 1000 : null;
    const summary = summaryOf({
      config: run.config,
      record: run.record,
      source: get().source,
      seconds,
      endedOn: startedAt === null ? null : new Date().toISOString(),
    });
    if (!summary) return;
    const origin = run.origin.kind === 'here' ? 'here' : 'file';
    void useRuns.getState().add([summary], origin, startedAt === null ? null : run.run);
  }

  /** @param kept the id in the library of the run that is shown next, if it is kept there */
  function forget(kept: string | null = null): void {
    clearTimeout(budgetTimer);
    client.end();
    const { run } = get();
    if (run && startedAt !== null) library.leave(run.run);
    startedAt = null;
    exports.turnTo(kept);
    stepWhenPaused = false;
    useSelection.getState().clear();
    set({
      ...{ run: null, source: null, order: null, opened: null, complaint: null, confirming: null },
      ...{ pausing: false, ending: false, budgetHeld: false },
    });
  }

  /** Shows the run of a file after it was read. Asks first if the run on the page would be lost by then. */
  async function open(file: File): Promise<void> {
    const { state, file: opened } = await readRunFile(file, `run-${++runs}`);
    ask({
      instead: () => {
        forget();
        set({ run: state, opened });
        shelve();
      },
    });
  }

  /** Reports that `what` failed, unless the user cancelled it. */
  function refuse(what: string, error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== null) set({ complaint: `${what}. ${reason}` });
  }

  function wouldLose(): boolean {
    const { run } = get();
    return (
      run !== null &&
      run.origin.kind === 'here' &&
      stepsMade(run) > Math.max(exports.savedStep, keptStep(run))
    );
  }

  /**
   * Takes everything that is dropped or picked: a single file by its kind, several files as images. A run set
   * is added to the runs that are compared, and replaces nothing on the page.
   */
  async function takeFiles(files: readonly File[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const kind = files.length > 1 ? 'data' : await openKind(first);
    switch (kind) {
      case 'runs':
        await useRuns.getState().open(first);
        break;
      case 'weights':
      case 'safetensors': {
        const { config } = useSettings.getState();
        const imported = await readWeightsFile(first, `run-${++runs}`, config);
        ask({ instead: () => get().show(imported) });
        break;
      }
      case 'run':
        await open(first);
        break;
      case 'data':
        set({ complaint: null });
        useSettings.getState().chooseSource(dataOf(files.map(alone)));
        break;
      default:
        kind satisfies never;
    }
  }

  function perform(action: Action): void {
    if (action === 'start') begin(false);
    else if (action === 'startPaused') begin(true);
    else if (action === 'reset') {
      const { run } = get();
      if (run?.origin.kind === 'here') useSettings.getState().adopt(run.config);
      forget();
    } else action.instead();
  }

  function ask(action: Action): void {
    if (wouldLose()) set({ confirming: action });
    else perform(action);
  }

  return {
    run: null,
    source: null,
    order: null,
    opened: null,
    complaint: null,
    confirming: null,
    download: null,
    pausing: false,
    ending: false,
    mapsBy: 'quick',
    budgetHeld: false,
    toggle: () => {
      const { run } = get();
      if (!run || !underWay(run)) ask('start');
      else if (run.state === 'paused') client.send({ kind: 'resume' });
      else if (run.state === 'training' || run.state === 'evaluating') {
        set({ pausing: true });
        client.send({ kind: 'pause' });
      }
    },
    step: () => {
      const { run } = get();
      if (!run || !underWay(run)) ask('startPaused');
      else if (run.state === 'paused') client.send({ kind: 'step' });
    },
    finishNow: () => {
      if (!canEnd(get().run)) return;
      set({ ending: true });
      client.send({ kind: 'stop' });
    },
    reset: () => {
      if (get().run) ask('reset');
    },
    train: (order) => {
      launch(order, false);
      set({ budgetHeld: true });
    },
    beginWith: (initial) => ask({ instead: () => begin(false, initial) }),
    goOn: ({ config, source, engine, state, checkpoint }) => {
      forget();
      // Its time includes a pause of unknown length.
      wasPaused = true;
      startedAt = performance.now();
      set({ run: { ...state, state: 'loading' }, source, order: { config, source, engine } });
      const start = { run: state.run, config, source, engine, paused: false, ...machineWanted() };
      client.start({ kind: 'start', ...start, from: checkpoint }, state.record.maps);
      keepPace();
    },
    show: (state, kept = null) => {
      forget(kept);
      set({ run: state });
    },
    instead: (work) => ask({ instead: work }),
    checkpoint: () => client.checkpoint,
    keepNow: () => client.send({ kind: 'keep', demanded: true }),
    abandon: () => forget(),
    confirm: (yes) => {
      const { confirming } = get();
      set({ confirming: null });
      if (yes && confirming) perform(confirming);
    },
    setBudget: (budget) => {
      useSettings.getState().change('budget', budget);
      clearTimeout(budgetTimer);
      budgetTimer = setTimeout(() => {
        const { run, budgetHeld } = get();
        if (run && !budgetHeld && underWay(run) && run.budget !== budget)
          client.send({ kind: 'setBudget', budget });
      }, BUDGET_REST_MS);
    },
    drawMapsBy: (mapsBy) => {
      set({ mapsBy });
      client.drawMapsBy(mapsBy);
    },
    exportFile: (what) => exports.ask(what),
    takeWeights: () => {
      const { run } = get();
      if (run && !run.record.weights && canExport(run)) client.send({ kind: 'exportWeights' });
    },
    offer: async (writing) => {
      try {
        set({ download: await writing });
        return true;
      } catch (error) {
        refuse('The file could not be written', error);
        return false;
      }
    },
    downloaded: () => set({ download: null }),
    take: (files) => {
      const [first] = files;
      if (first)
        takeFiles(files).catch((error: unknown) => refuse(`${first.name} could not be opened`, error));
    },
    dismiss: () => set({ complaint: null }),
    dismissInterruption: () => {
      const { run } = get();
      if (run) set({ run: { ...run, interruption: null } });
    },
  };
});
