import type { RunConfig } from '../config.ts';
import type { EngineSetup } from '../engine.ts';
import { describeAdapter, isFallback } from '../method/backend.ts';
import { autotune } from '../webgpu/engine/autotune.ts';
import { type AdapterKind, type Tuning, untuned } from '../webgpu/kernels/convolution/tuning.ts';
import { rememberedTuning, rememberTuning } from './door/tuningStore.ts';
import type { EngineOrder } from './engineOrder.ts';

export function kindOf(adapter: GPUAdapter): AdapterKind {
  return isFallback(adapter) ? 'software' : 'hardware';
}

/**
 * Multiply-adds of a run that pay for long tiles on a software adapter. On two cores SwiftShader compiled them for 80
 * seconds more than short ones, and made a step of 1.7e9 multiply-adds in 2.4 seconds instead of 3.5.
 */
const LONG_RUN_MACS = 1e11;

/** How kernels are cut for a run as long as `config` tells, by the model of an adapter's costs. */
export function modelledTuning(
  adapter: GPUAdapter,
  { batch, steps }: Pick<RunConfig, 'batch' | 'steps'>,
  { network, system }: Pick<EngineSetup, 'network' | 'system'>,
): Tuning {
  const kind = kindOf(adapter);
  // Forward, and backward twice.
  const macs = steps * batch * system.passes.length * 3 * network.denseMacs;
  return untuned(kind, kind === 'software' && macs < LONG_RUN_MACS ? 'short' : 'long');
}

/** What a run asks for, as far as tiles are concerned. */
export interface TuningOrder extends Pick<EngineOrder, 'tell'> {
  readonly setup: Pick<EngineSetup, 'network' | 'system'>;
  readonly batch: number;
  /** The cuts of the cost model, for a software adapter: compiling candidates would take longer than the best saves. */
  readonly model: Tuning;
}

/** Longest that tiles are timed before a run, milliseconds. */
const TUNING_MS = 5000;

/** How kernels are cut on this adapter: as was measured there, now or at an earlier start. */
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
