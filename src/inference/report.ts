export const FORM_NAMES = ['dense', 'masked', 'sliced', 'conditional'] as const;
export type FormName = (typeof FORM_NAMES)[number];

/** Measurements of one form of a network. */
export interface FormSpeed {
  /** Median time of one image alone, including the readback of its features, milliseconds. */
  readonly latencyMs: number;
  /** Images a second, from the median time of a full batch. */
  readonly imagesPerSecond: number;
  /** Theoretical MACs of one image. */
  readonly macs: number;
}

/** How many times faster than the dense form. */
export interface Speedup {
  /** Dense MACs divided by the form's. */
  readonly promised: number;
  readonly latency: number;
  readonly throughput: number;
}

/** Measured inference on one device. */
export interface InferenceReport {
  readonly engine: 'wasm' | 'webgpu';
  readonly device: string;
  readonly width: number;
  /** Images of a full batch. */
  readonly batch: number;
  readonly forms: Readonly<Record<FormName, FormSpeed>>;
  readonly speedups: Readonly<Record<Exclude<FormName, 'dense'>, Speedup>>;
}

/** Speed-ups over the dense form. */
export function speedupsOf(forms: InferenceReport['forms']): InferenceReport['speedups'] {
  const { dense } = forms;
  const of = ({ latencyMs, imagesPerSecond, macs }: FormSpeed): Speedup => ({
    promised: dense.macs / macs,
    latency: dense.latencyMs / latencyMs,
    throughput: imagesPerSecond / dense.imagesPerSecond,
  });
  return { masked: of(forms.masked), sliced: of(forms.sliced), conditional: of(forms.conditional) };
}
