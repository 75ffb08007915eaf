import type { Order, Outcome } from '../../laboratory/door/protocol.ts';
import type { SliceForm } from '../../laboratory/door/sliceOrder.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { configOfWeights, startFault } from '../../network/fromWeights.ts';
import { bufferSpecs, parameterSpecs, sizeOf } from '../../network/parameters.ts';
import { exportName, SLICE_NAMES } from '../data/files.ts';
import { usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { busy, useLaboratory } from '../studies/laboratory.ts';
import { type RunState, stepsMade } from './run.ts';
import { type Download, weightsDownload } from './runFiles.ts';

export type { SliceForm } from '../../laboratory/door/sliceOrder.ts';
export type { FeaturesOrder, ParityOutcome } from '../../laboratory/door/takeOrder.ts';

export type WeightsFormat = 'json' | 'safetensors';

/** Bytes that a run's weights take as float32; null while nobody knows its images. */
export function weightsBytes({ config, record }: RunState): number | null {
  const size = record.ready?.data.size;
  if (!size) return null;
  const network = networkOf(config, size);
  const specs = [...parameterSpecs(network), ...bufferSpecs(network)];
  return specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
}

/** One branch of the run's network, or what is left of it without closed channels, for the user to keep. */
export function takeSlice(form: SliceForm, format: WeightsFormat): void {
  whenDone({ kind: 'slice', form }, (outcome, run) =>
    outcome.kind === 'slice' ? weightsDownload(run, outcome.weights, format, SLICE_NAMES[form]) : null,
  );
}

/** Features, labels and gates of the run's images for NumPy. */
export function takeFeatures(set: 'test' | 'train'): void {
  whenDone({ kind: 'features', set }, (outcome, run) => {
    if (outcome.kind !== 'features') return null;
    const name = exportName('features', { ...run.config, budget: run.budget }, stepsMade(run), `${set}.npz`);
    return Promise.resolve({ name, file: outcome.file });
  });
}

/** The run on the page is nothing but weights out of a file. */
export function isImported(run: RunState | null): boolean {
  return run?.origin.kind === 'recorded' && run.record.weights !== null && run.record.steps.length === 0;
}

/** Has the laboratory compute what the file says that its network gives. */
export function checkImported(): void {
  useLaboratory.getState().carryOut({ kind: 'parity' });
}

/** Why no run can begin with the weights on the page; null when one can. */
export function importFault({ record, config }: RunState): string | null {
  return record.weights && startFault(record.weights.architecture, config);
}

/** Begins a run with the weights on the page: the settings take over what decides their network, and keep all else. */
export function continueImported(): void {
  const weights = usePlayground.getState().run?.record.weights;
  if (!weights) return;
  const settings = useSettings.getState();
  settings.adopt(configOfWeights(weights.architecture, settings.config));
  usePlayground.getState().beginWith(weights);
}

/** Gives an order on the run's weights, and offers what `take` makes of it, unless it was cancelled or replaced. */
function whenDone(order: Order, take: (outcome: Outcome, run: RunState) => Promise<Download> | null): void {
  const { run } = usePlayground.getState();
  if (!run || busy(useLaboratory.getState().orders[order.kind])) return;
  let subject: RunState | null = null;
  const stop = useLaboratory.subscribe(({ orders }) => {
    const state = orders[order.kind];
    if (state?.order === order && busy(state)) {
      // As the order begins, the run stands where its weights were handed out: files are named by that, not by the click.
      if (state.phase.kind === 'running') subject ??= usePlayground.getState().run;
      return;
    }
    stop();
    if (state?.order !== order || state.phase.kind !== 'done' || !subject) return;
    const writing = take(state.phase.outcome, subject);
    if (writing) void usePlayground.getState().offer(writing);
  });
  useLaboratory.getState().carryOut(order);
}
