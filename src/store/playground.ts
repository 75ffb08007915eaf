import { create } from 'zustand';
import { type ClientEvent, SessionClient } from '../session/client.ts';
import type { UmapSettings } from '../session/mapProtocol.ts';
import type { DataSource, SessionState } from '../session/protocol.ts';
import { summaryOf } from '../session/runSummary.ts';
import { exportName, sortFiles } from './files.ts';
import { applyEvent, newRun, type RunState, stepsMade } from './run.ts';
import { useRuns } from './runs.ts';
import { useSelection } from './selection.ts';
import { faults, type Settings, useSettings } from './settings.ts';

export { UMAP_SETTINGS, type UmapSettings } from '../session/mapProtocol.ts';

/** A file for the user to keep. */
export interface Download {
  readonly name: string;
  readonly text: string;
}

/** What a run is started from. */
export type TrainOrder = Pick<Settings, 'config' | 'source' | 'engine'>;

type Action = 'start' | 'startPaused' | 'reset' | { readonly open: File };

/** The run on the page and what can be done with it. */
export interface Playground {
  readonly run: RunState | null;
  /** The images that the run trains on here; null for a recorded run. */
  readonly source: DataSource | null;
  /** Something the user asked for that could not be done, and why. */
  readonly complaint: string | null;
  /** What waits for the user's word, because it would throw away a run that was not saved. */
  readonly confirming: Action | null;
  readonly download: Download | null;
  /** A pause was asked for that the session has not come to: an evaluation ends first. */
  readonly pausing: boolean;
  /** How maps are drawn. */
  readonly umap: UmapSettings;
  /** The run keeps the budget that it began with, whatever the slider says. */
  readonly budgetHeld: boolean;
  /** Start, pause or go on: whichever fits the state. */
  toggle(): void;
  /** One step; before a run, it is started and held at its first step. */
  step(): void;
  /** Ends the run early; it is evaluated as at its end. */
  finishNow(): void;
  reset(): void;
  /** Trains this rather than what the settings say, at its own budget to the end. Asks nobody. */
  train(order: TrainOrder): void;
  /** Ends the run under way and takes it off the page. Asks nobody. */
  abandon(): void;
  confirm(yes: boolean): void;
  /** For the next run and, when one is under way, for this one. */
  setBudget(budget: number): void;
  /** For this run's maps, which are drawn anew, and for those to come. */
  drawMapsBy(umap: UmapSettings): void;
  exportFile(what: 'weights' | 'run'): void;
  /** Has the session hand out its weights as they are now, for what works on them in the page. */
  takeWeights(): void;
  downloaded(): void;
  /** Takes what was dropped or picked: a run file is shown, data are chosen for the next run. */
  take(files: readonly File[]): void;
  dismiss(): void;
  /** The user has read how the run was interrupted. */
  dismissInterruption(): void;
}

const UNDER_WAY: ReadonlySet<SessionState> = new Set([
  'loading',
  'compiling',
  'training',
  'pausing',
  'paused',
  'evaluating',
  'interrupted',
]);

/** The run trains here and has not ended. */
export function underWay(run: RunState | null): boolean {
  return run !== null && run.origin.kind === 'here' && UNDER_WAY.has(run.state);
}

/** The weights of the run can be asked for. */
export function canExport(run: RunState | null): boolean {
  if (!run?.record.ready) return false;
  if (run.record.weights) return true;
  return run.origin.kind === 'here' && !['loading', 'compiling', 'interrupted', 'failed'].includes(run.state);
}

/** Where a file's format stands. */
const HEAD_BYTES = 200;

/** A budget is sent when the slider rests this long: each change leaves a flag on the curves. */
const BUDGET_REST_MS = 250;

export const usePlayground = create<Playground>()((set, get) => {
  let runs = 0;
  let savedStep = 0;
  let stepWhenPaused = false;
  let exporting: 'weights' | 'run' | null = null;
  let budgetTimer: ReturnType<typeof setTimeout> | undefined;
  /** How the run under way was started, and when; null for a run of a file. */
  let started: { readonly order: TrainOrder; readonly at: number } | null = null;
  let wasPaused = false;

  const client = new SessionClient((event) => {
    const { run } = get();
    if (!run || event.run !== run.run) return;
    set({ run: applyEvent(run, event) });
    answer(event);
  });

  function answer(event: ClientEvent): void {
    if (event.kind === 'state') set({ pausing: event.state === 'pausing' });
    if (event.kind === 'state' && event.state === 'paused') wasPaused = true;
    if (event.kind === 'finished') shelve();
    if (event.kind === 'weights' && exporting) {
      void save(exporting);
      exporting = null;
    } else if (event.kind === 'state' && event.state === 'paused' && stepWhenPaused) {
      stepWhenPaused = false;
      client.send({ kind: 'step' });
    } else if (event.kind === 'failed') {
      exporting = null;
      stepWhenPaused = false;
    }
  }

  function begin(paused: boolean): void {
    const { config, source, engine } = useSettings.getState();
    launch({ config, source, engine }, paused);
  }

  function launch(order: TrainOrder, paused: boolean): void {
    const { config, source, engine } = order;
    const problems = faults({ config, source });
    if (problems.length > 0) {
      set({ complaint: `The run cannot start. ${problems.join('. ')}.` });
      return;
    }
    forget();
    const run = { ...newRun(`run-${++runs}`, config, { kind: 'here' }), state: 'loading' as const };
    stepWhenPaused = paused;
    wasPaused = paused;
    started = { order, at: performance.now() };
    set({ run, source });
    client.start({ kind: 'start', run: run.run, config, source, engine, paused });
  }

  /** The run has ended: it joins those that can be compared. */
  function shelve(): void {
    const { run } = get();
    if (!run) return;
    const seconds =
      started && !wasPaused && !run.interruption ? (performance.now() - started.at) / 1000 : null;
    const summary = summaryOf({
      config: run.config,
      record: run.record,
      source: started?.order.source ?? null,
      seconds,
      endedOn: started && new Date().toISOString(),
    });
    if (summary) void useRuns.getState().add([summary], run.origin.kind === 'here' ? 'here' : 'file');
  }

  function forget(): void {
    clearTimeout(budgetTimer);
    client.end();
    started = null;
    savedStep = 0;
    exporting = null;
    stepWhenPaused = false;
    useSelection.getState().clear();
    set({
      ...{ run: null, source: null, complaint: null, confirming: null },
      ...{ pausing: false, budgetHeld: false },
    });
  }

  async function open(file: File): Promise<void> {
    try {
      const text = await file.text();
      // Loaded when first needed: the schema library would only delay the first paint.
      const { parseRunFile, eventsOf } = await import('../session/runFile.ts');
      const parsed = parseRunFile(text);
      forget();
      const blank = newRun(`run-${++runs}`, parsed.config, { kind: 'recorded', file: file.name });
      set({ run: eventsOf(parsed, blank.run).reduce<RunState>(applyEvent, blank) });
      shelve();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      set({ complaint: `${file.name} could not be opened. ${reason}` });
    }
  }

  async function save(what: 'weights' | 'run'): Promise<void> {
    const { run } = get();
    if (!run) return;
    const name = exportName(what, { ...run.config, budget: run.budget }, stepsMade(run));
    if (what === 'weights') {
      set({ download: { name, text: JSON.stringify(run.record.weights) } });
      return;
    }
    const { runFileOf } = await import('../session/runFile.ts');
    savedStep = stepsMade(run);
    set({ download: { name, text: JSON.stringify(runFileOf(run.config, run.record)) } });
  }

  function wouldLose(): boolean {
    const { run } = get();
    return run !== null && run.origin.kind === 'here' && stepsMade(run) > savedStep;
  }

  /** A run set joins the runs that are compared, and takes nobody's place; anything else is read as a run. */
  async function openKind(file: File): Promise<void> {
    const head = await file.slice(0, HEAD_BYTES).text();
    if (/"format"\s*:\s*"dualgate-runs"/.test(head)) await useRuns.getState().open(file);
    else ask({ open: file });
  }

  function perform(action: Action): void {
    if (action === 'start') begin(false);
    else if (action === 'startPaused') begin(true);
    else if (action === 'reset') {
      const { run } = get();
      if (run?.origin.kind === 'here') useSettings.getState().adopt(run.config);
      forget();
    } else void open(action.open);
  }

  function ask(action: Action): void {
    if (wouldLose()) set({ confirming: action });
    else perform(action);
  }

  return {
    run: null,
    source: null,
    complaint: null,
    confirming: null,
    download: null,
    pausing: false,
    umap: 'quick',
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
    finishNow: () => client.send({ kind: 'stop' }),
    reset: () => {
      if (get().run) ask('reset');
    },
    train: (order) => {
      launch(order, false);
      set({ budgetHeld: true });
    },
    abandon: forget,
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
    drawMapsBy: (umap) => {
      set({ umap });
      client.drawMapsBy(umap);
    },
    exportFile: (what) => {
      const { run } = get();
      if (!run) return;
      if (run.record.weights || !canExport(run)) {
        void save(what);
        return;
      }
      exporting = what;
      client.send({ kind: 'exportWeights' });
    },
    takeWeights: () => {
      const { run } = get();
      if (run && !run.record.weights && canExport(run)) client.send({ kind: 'exportWeights' });
    },
    downloaded: () => set({ download: null }),
    take: (files) => {
      if (files.length === 0) return;
      const handed = sortFiles(files);
      if (handed.kind === 'run') {
        void openKind(handed.file);
        return;
      }
      set({ complaint: null });
      useSettings.getState().chooseSource(handed.source);
    },
    dismiss: () => set({ complaint: null }),
    dismissInterruption: () => {
      const { run } = get();
      if (run) set({ run: { ...run, interruption: null } });
    },
  };
});
