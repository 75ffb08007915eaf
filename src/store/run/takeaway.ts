import type { Order } from '../../laboratory/door/protocol.ts';
import type { SliceForm } from '../../laboratory/door/sliceOrder.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { configOfWeights, startFault } from '../../network/fromWeights.ts';
import { bufferSpecs, parameterSpecs, sizeOf } from '../../network/parameters.ts';
import { exportName, SLICE_NAMES } from '../data/files.ts';
import { usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { type Completed, useLaboratory } from '../studies/laboratory.ts';
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
  void offerWhenDone({ kind: 'slice', form }, ({ outcome, run }) =>
    outcome.kind === 'slice' ? weightsDownload(run, outcome.weights, format, SLICE_NAMES[form]) : null,
  );
}

/** Features, labels and gates of the run's images for NumPy. */
export function takeFeatures(set: 'test' | 'train'): void {
  void offerWhenDone({ kind: 'features', set }, ({ outcome, run }) => {
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
  void useLaboratory.getState().carryOut({ kind: 'parity' });
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

/**
 * Gives an order on the run's weights, and offers what `take` makes of it. Files are named by the step at which the
 * weights were handed out, not by that of the click.
 */
async function offerWhenDone(
  order: Order,
  take: (completed: Completed) => Promise<Download> | null,
): Promise<void> {
  const completed = await useLaboratory.getState().carryOut(order);
  const writing = completed && take(completed);
  if (writing) await usePlayground.getState().offer(writing);
}
