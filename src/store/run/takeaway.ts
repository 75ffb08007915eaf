import type { Order } from '../../laboratory/door/protocol.ts';
import type { SliceForm } from '../../laboratory/door/sliceOrder.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { configOfWeights, startFault } from '../../network/fromWeights.ts';
import { bufferSpecs, parameterSpecs, sizeOf } from '../../network/parameters.ts';
import { exportName, SLICE_NAMES } from '../data/files.ts';
import { usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { type Completed, useLaboratory } from '../studies/laboratory.ts';
import type { GatesAt } from './dial/dialStops.ts';
import { type RunState, stepsMade } from './run.ts';
import { type Download, weightsDownload } from './runFiles.ts';

export type { SliceForm } from '../../laboratory/door/sliceOrder.ts';
export type { FeaturesOrder, ParityOutcome } from '../../laboratory/door/takeOrder.ts';

export type WeightsFormat = 'json' | 'safetensors';

/** Bytes of a run's weights as float32; null if the size of its images is not known. */
export function weightsBytes({ config, record }: RunState): number | null {
  const size = record.ready?.data.size;
  if (!size) return null;
  const network = networkOf(config, size);
  const specs = [...parameterSpecs(network), ...bufferSpecs(network)];
  return specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
}

/**
 * Offers one branch of the run's network as a file, or the network without its closed channels.
 * @param at the place of the dial that its gates are taken at; null for the gates as they were trained
 */
export function takeSlice(form: SliceForm, format: WeightsFormat, at: GatesAt | null = null): void {
  const name = at === null ? SLICE_NAMES[form] : (`${SLICE_NAMES[form]}-dial${at.budget}` as const);
  const order = { kind: 'slice', form, ...(at !== null && { gateShift: at.gateShift }) } as const;
  void offerWhenDone(order, ({ outcome, run }) =>
    outcome.kind === 'slice' ? weightsDownload(run, outcome.weights, format, name) : null,
  );
}

/** Offers features, labels and gates of the run's images as a file for NumPy. */
export function takeFeatures(set: 'test' | 'train'): void {
  void offerWhenDone({ kind: 'features', set }, ({ outcome, run }) => {
    if (outcome.kind !== 'features') return null;
    const name = exportName('features', { ...run.config, budget: run.budget }, stepsMade(run), `${set}.npz`);
    return Promise.resolve({ name, file: outcome.file });
  });
}

/** Lets the laboratory check that the network gives the features that the file contains. */
export function checkImported(): void {
  void useLaboratory.getState().carryOut({ kind: 'parity' });
}

/** The reason why no run can begin with the weights on the page; null if one can. */
export function importFault({ record, config }: RunState): string | null {
  return record.weights && startFault(record.weights.architecture, config);
}

/**
 * Begins a run with the weights on the page. The settings take over what decides the network; the rest stays.
 */
export function continueImported(): void {
  const weights = usePlayground.getState().run?.record.weights;
  if (!weights) return;
  const settings = useSettings.getState();
  settings.adopt(configOfWeights(weights.architecture, settings.config));
  usePlayground.getState().beginWith(weights);
}

/**
 * Gives an order for the run's weights, and offers the file that `take` makes of the result. The file is
 * named after the step at which the weights were handed out, not after the step of the click.
 */
async function offerWhenDone(
  order: Order,
  take: (completed: Completed) => Promise<Download> | null,
): Promise<void> {
  const completed = await useLaboratory.getState().carryOut(order);
  const writing = completed && take(completed);
  if (writing) await usePlayground.getState().offer(writing);
}
