import type { EngineSetup } from '../engine.ts';
import { describeAdapter, isFallback } from '../method/backend.ts';
import { autotune } from '../webgpu/autotune.ts';
import { type AdapterKind, type Tuning, untuned } from '../webgpu/tuning.ts';
import type { EngineOrder } from './engineOrder.ts';
import { rememberedTuning, rememberTuning } from './tuningStore.ts';

export function kindOf(adapter: GPUAdapter): AdapterKind {
  return isFallback(adapter) ? 'software' : 'hardware';
}

/** What a run asks for, as far as tiles are concerned. */
export interface TuningOrder extends Pick<EngineOrder, 'tell'> {
  readonly setup: Pick<EngineSetup, 'network' | 'system'>;
  readonly batch: number;
}

/** Longest that tiles are timed before a run, milliseconds. */
const TUNING_MS = 5000;

/**
 * How kernels are cut on this adapter: as was measured there, now or at an earlier start. The cost model was fitted to
 * a software adapter, where compiling the candidates would take longer than the best of them saves.
 */
export async function tuningOn(
  device: GPUDevice,
  adapter: GPUAdapter,
  { setup, batch, tell }: TuningOrder,
): Promise<Tuning> {
  const kind = kindOf(adapter);
  if (kind === 'software') return untuned(kind);
  const { network, system } = setup;
  const images = batch * system.passes.length;
  const key = `${describeAdapter(adapter)}, ${images} images, ${JSON.stringify(network.spec)}`;
  const remembered = await rememberedTuning(key);
  if (remembered !== null) return remembered;
  const tuning = await autotune(device, network, {
    adapter: kind,
    images,
    patienceMs: TUNING_MS,
    onProgress: (done, total) =>
      tell({ kind: 'progress', task: 'Choosing tile shapes', done, total, unit: 'kernels' }),
  });
  await rememberTuning(key, tuning);
  return tuning;
}
