import type { RunConfig } from '../../config.ts';
import type { EngineSetup } from '../../engine.ts';
import { describeAdapter, isFallback } from '../../method/backend.ts';
import { trainingMacs } from '../../network/macs.ts';
import { autotune } from '../../webgpu/engine/autotune.ts';
import { type AdapterKind, type Tuning, untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { rememberedTuning, rememberTuning } from '../door/tuningStore.ts';
import type { EngineOrder } from './engineOrder.ts';

export function kindOf(adapter: GPUAdapter): AdapterKind {
  return isFallback(adapter) ? 'software' : 'hardware';
}

/**
 * Long tiles pay on a software adapter from this many multiply-adds of a run. On two cores SwiftShader took
 * 80 seconds longer to compile long tiles than short ones. They made a step of 1.7e9 multiply-adds in 2.4
 * seconds instead of 3.5.
 */
const LONG_RUN_MACS = 1e11;

/** How kernels are cut for a run of this length, by a model of the adapter's costs. */
export function modelledTuning(
  kind: AdapterKind,
  { batch, steps }: Pick<RunConfig, 'batch' | 'steps'>,
  { network, system }: Pick<EngineSetup, 'network' | 'system'>,
): Tuning {
  const macs = steps * trainingMacs(network, system, batch);
  return untuned(kind, kind === 'software' && macs < LONG_RUN_MACS ? 'short' : 'long');
}

/** What the measurement of tiles needs to know about a run. */
export interface TuningOrder extends Pick<EngineOrder, 'tell'> {
  readonly setup: Pick<EngineSetup, 'network' | 'system'>;
  readonly batch: number;
  /**
   * The model's cuts, for a software adapter: there, compiling candidates costs more than the best one saves.
   */
  readonly model: Tuning;
}

/** The longest time for which tiles are measured before a run, milliseconds. */
const TUNING_MS = 5000;

/** How kernels are cut on this adapter. The cuts are measured now, or were measured at an earlier start. */
export async function tuningOn(
  device: GPUDevice,
  adapter: GPUAdapter,
  { setup, batch, model, tell }: TuningOrder,
): Promise<Tuning> {
  const kind = kindOf(adapter);
  if (kind === 'software') return model;
  const { network, system } = setup;
  const images = batch * system.passes.length;
  const key = `${describeAdapter(adapter)}, ${images} images, ${model.text} tiles, ${JSON.stringify(network.spec)}`;
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
