import type { ImageSet } from '../data/images/dataset.ts';
import type { Gates } from '../network/masks.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { median } from '../statistics/median.ts';
import type { Form } from './forms.ts';
import { FORM_NAMES, type FormName, type FormSpeed, type InferenceReport, speedupsOf } from './report.ts';

/** A form that is ready for batches of a fixed size. */
export interface Runner {
  /** One forward pass of its images. It resolves when their features are here, [N, F]. */
  run(): Promise<Float32Array>;
  dispose(): void;
}

/** Prepares a form for the first `batch` images. */
export type OpenForm = (form: Form, images: ImageSet, batch: number) => Promise<Runner>;

/** What forms run on. */
export interface InferenceDevice {
  readonly name: string;
  readonly open: OpenForm;
  /** A gated network's decisions for images, per block u8 [N, C]. */
  gates(gated: FrozenNetwork, images: ImageSet): Promise<Gates>;
  dispose(): void;
}

export interface InferenceOrder {
  readonly engine: InferenceReport['engine'];
  readonly device: string;
  /** Images of the full batch. */
  readonly images: ImageSet;
  /** Timed runs of each form. */
  readonly rounds: { readonly latency: number; readonly throughput: number };
  /** The time, milliseconds; the time of day if missing. */
  readonly clock?: () => number;
  /** Called with the progress; it may yield, and throws to cancel. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

const WARM_UPS = 2;

/** Times every form, in turns, so that other work of the machine disturbs all forms equally. */
export async function measureInference(
  forms: Readonly<Record<FormName, Form>>,
  open: OpenForm,
  { engine, device, images, rounds, onProgress, clock = () => performance.now() }: InferenceOrder,
): Promise<InferenceReport> {
  const total = FORM_NAMES.length * (rounds.latency + rounds.throughput + 2 * WARM_UPS);
  let done = 0;
  const advance = () => onProgress(++done, total);
  const latencies = await medians(forms, open, images, 1, rounds.latency, clock, advance);
  const times = await medians(forms, open, images, images.count, rounds.throughput, clock, advance);
  const speedOf = (name: FormName): FormSpeed => ({
    latencyMs: latencies[name],
    imagesPerSecond: (1000 * images.count) / times[name],
    macs: forms[name].macs,
  });
  const speeds = eachForm(speedOf);
  const { width } = forms.dense.frozen.network.spec;
  return { engine, device, width, batch: images.count, forms: speeds, speedups: speedupsOf(speeds) };
}

/** Median time of a run of each form, milliseconds. */
async function medians(
  forms: Readonly<Record<FormName, Form>>,
  open: OpenForm,
  images: ImageSet,
  batch: number,
  rounds: number,
  clock: () => number,
  advance: () => Promise<void>,
): Promise<Record<FormName, number>> {
  const runners = new Map<FormName, Runner>();
  const times = eachForm((): number[] => []);
  try {
    for (const name of FORM_NAMES) runners.set(name, await open(forms[name], images, batch));
    for (let round = -WARM_UPS; round < rounds; round++) {
      for (const [name, runner] of runners) {
        const started = clock();
        await runner.run();
        if (round >= 0) times[name].push(clock() - started);
        await advance();
      }
    }
  } finally {
    for (const runner of runners.values()) runner.dispose();
  }
  return eachForm((name) => median(times[name]));
}

function eachForm<T>(of: (name: FormName) => T): Record<FormName, T> {
  return {
    dense: of('dense'),
    masked: of('masked'),
    sliced: of('sliced'),
    conditional: of('conditional'),
  };
}
