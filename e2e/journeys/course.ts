interface Exported {
  readonly steps: readonly { readonly ms: number }[];
  readonly epochs: readonly unknown[];
  readonly weights: { readonly tensors: Readonly<Record<string, { readonly data: string }>> };
}

/** The course of a run without its times, and its weights, as its run file has them. */
export function courseOf(text: string) {
  const { steps, epochs, weights }: Exported = JSON.parse(text);
  return { steps: steps.map(({ ms, ...row }) => row), epochs, tensors: weights.tensors };
}
