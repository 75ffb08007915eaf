export const FORM_NAMES = ['dense', 'masked', 'sliced', 'conditional'] as const;
export type FormName = (typeof FORM_NAMES)[number];

/** What one form of a network was measured to do. */
export interface FormSpeed {
  /** Median time of one image on its own, its features read back, milliseconds. */
  readonly latencyMs: number;
  /** From the median time of a full batch. */
  readonly imagesPerSecond: number;
  /** Theoretical, of one image. */
  readonly macs: number;
}

/** How many times faster than the dense form. */
export interface Speedup {
  /** Dense MACs over the form's. */
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
