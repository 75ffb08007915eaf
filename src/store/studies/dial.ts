import { DIAL_BUDGETS, type DialOrder } from '../../laboratory/door/dialOrder.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { trainingMacs } from '../../network/macs.ts';
import { summaryOf } from '../../run/sets/runSummary.ts';
import { usePlayer } from '../player/player.ts';
import { canExport, UMAP_SETTINGS, underWay, usePlayground } from '../playground.ts';
import { type Dial, type DialPoint, isOf } from '../run/dial/onDial.ts';
import { applyEvent, byProject, type RunState, stepsMade } from '../run/run.ts';
import { useShown } from '../run/shown.ts';
import { useLibrary } from '../runs/library.ts';
import { useRuns } from '../runs/runs.ts';
import { anyBusy, busy, useLaboratory } from './laboratory.ts';

/** Most images that a point of the dial is measured on. The whole sets of Emoji-10 are smaller. */
const MOST = { bank: 5000, test: 1000 };

/** What stands in the place of a run's dial. */
export type DialPlace =
  | { readonly kind: 'ready'; readonly dial: Dial }
  /** It can be calibrated. */
  | { readonly kind: 'possible' }
  /** There can be none, for a reason in whole sentences. */
  | { readonly kind: 'impossible'; readonly why: string };

/** What stands in the place of a run's dial; null where nothing does: before its start, and as it trains. */
export function dialPlace(run: RunState | null): DialPlace | null {
  if (run === null || run.record.ready === null) return null;
  if (underWay(run) && run.state !== 'paused') return null;
  const { record, config } = run;
  if (record.dial && isOf(record.dial, run)) return { kind: 'ready', dial: record.dial };
  if (stepsMade(run) === 0 && record.weights === null) return null;
  if (systemOf(config).branches.every((branch) => branch === 'dense'))
    return { kind: 'impossible', why: DENSE };
  if (record.weights?.architecture.inner !== undefined) return { kind: 'impossible', why: SLICE };
  if (canExport(run)) return { kind: 'possible' };
  // A recording without a dial has nothing to say about it.
  return byProject(run) ? null : { kind: 'impossible', why: WEIGHTLESS };
}

const DENSE =
  'This network is dense: it has no gates to shift and no widths to choose, so it serves one budget only. Train Dual gating, VICReg gated or Slimmable for a network with a dial.';
const SLICE =
  'These weights are a slice: channels were cut out of them, and the dial begins with all of them. Open the file of the whole network.';
const WEIGHTLESS =
  'This run has neither weights nor a calibrated dial. Open a run file with weights, or train the run again.';

/** The order that calibrates the dial of a run, as its own evaluations and maps are made. */
export function dialOrder(run: RunState): DialOrder {
  const { config, record } = run;
  const { ready, maps } = record;
  const layout = maps.dense ?? maps.gated ?? null;
  const { bank = null, test = 0, train = 0 } = ready?.data ?? {};
  const isSmall = (bank ?? train) <= MOST.bank && test <= MOST.test;
  const images = ready?.mapImages.count ?? 0;
  return {
    kind: 'dial',
    budgets: DIAL_BUDGETS,
    step: stepsMade(run),
    sample: isSmall ? null : MOST,
    shuffle: config.evaluationShare < 1 ? config.seed : null,
    map:
      images === 0
        ? null
        : {
            epoch: record.steps.at(-1)?.epoch ?? 0,
            images,
            umap:
              layout?.projection === 'umap'
                ? { neighbours: layout.neighbours ?? UMAP_SETTINGS.quick.neighbours, seed: config.seed }
                : null,
            target: layout?.xy ?? null,
          },
  };
}

/** Calibrates the dial of the run on the page, and puts it into the run's record. */
export async function calibrate(): Promise<void> {
  const { run } = usePlayground.getState();
  if (run === null) return;
  const completed = await useLaboratory.getState().carryOut(dialOrder(run));
  if (completed?.outcome.kind === 'dial') takeIn(completed.run.run, completed.outcome.dial);
}

/** Puts a dial into the record of the run on the page, if it is still of that network. */
function takeIn(id: string, dial: Dial): void {
  const { run } = usePlayground.getState();
  if (run?.run !== id || !isOf(dial, run)) return;
  const event = { kind: 'dial', run: id, dial } as const;
  const dialled = applyEvent(run, event);
  usePlayground.setState({ run: dialled });
  shelve(dialled);
  if (run.origin.kind === 'here') useLibrary.getState().hear(event);
}

/** Adds the dial to the run's result among those that are compared, if it is there. */
function shelve({ config, record }: RunState): void {
  const result = summaryOf({ config, record, source: null, seconds: null, endedOn: null });
  const shelved = useRuns.getState().own.find(({ id }) => id === result?.id);
  if (shelved && result?.dial)
    void useRuns.getState().add([{ ...shelved, dial: result.dial }], shelved.origin);
}

/**
 * Whether the images that a calibration measures take at most as much arithmetic as the run's training took.
 * A longer one is left to the user: nobody expects a page to work for a minute after seconds of training.
 */
export function isSmallBesideTraining(run: RunState): boolean {
  const { ready } = run.record;
  if (ready === null) return false;
  const { bank, train, test, size } = ready.data;
  const measured = dialOrder(run).sample ?? { bank: bank ?? train, test };
  const network = networkOf(run.config, size);
  const trained = stepsMade(run) * trainingMacs(network, systemOf(run.config), run.config.batch);
  return DIAL_BUDGETS.length * (measured.bank + measured.test) * network.denseMacs <= trained;
}

/**
 * Calibrates the dial of a run that has just ended, if that is short. Whatever else is asked of the
 * laboratory goes first: the calibration is then given up, and begins anew when the laboratory is free and
 * the run still on the page.
 */
export function calibrateEnded(id: string): void {
  const { run } = usePlayground.getState();
  if (run?.run !== id || dialPlace(run)?.kind !== 'possible' || !isSmallBesideTraining(run)) return;
  const stop = useLaboratory.subscribe(({ orders }) => {
    if (!othersBusy() || !busy(orders.dial)) return;
    stop();
    useLaboratory.getState().cancel('dial');
  });
  void calibrate().finally(() => {
    stop();
    // A user who cancels it does not want it.
    if (othersBusy()) whenFree(() => calibrateEnded(id));
  });
}

function othersBusy(): boolean {
  return anyBusy(useLaboratory.getState(), ['measures', 'masks', 'slice', 'inference', 'features', 'parity']);
}

function whenFree(work: () => void): void {
  const stop = useLaboratory.subscribe(() => {
    if (othersBusy()) return;
    stop();
    work();
  });
}

/** Shows the run on the page at a point of its dial, or as it was trained. The player stops. */
export function turnDial(point: DialPoint | null): void {
  const { run } = usePlayground.getState();
  const dial = run?.record.dial ?? null;
  if (run === null || dial === null) return;
  usePlayer.getState().pause();
  useShown.getState().turn(run.run, point && { dial, point });
}
