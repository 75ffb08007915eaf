import { WeightsFileError } from './weights.ts';

/**
 * Parts of tensor names that PyTorch puts in when a module is wrapped: `DistributedDataParallel` and
 * `DataParallel`, `torch.compile`. No module of the network has such a name.
 */
const WRAPPERS = ['module', '_orig_mod'] as const;

/** Tensors under the names of the network itself, and which wrappers were taken off, outermost first. */
export interface Unwrapped<T> {
  readonly tensors: Readonly<Record<string, T>>;
  readonly wrappers: readonly string[];
}

/**
 * Takes the names of known wrappers off the names of tensors, wherever they stand.
 * @throws WeightsFileError if two tensors then have one name
 */
export function unwrapped<T>(tensors: Readonly<Record<string, T>>): Unwrapped<T> {
  const found = new Set<string>();
  const seen = new Map<string, string>();
  const entries = Object.entries(tensors).map(([name, tensor]): [string, T] => {
    const parts = name.split('.');
    const kept = parts.filter((part) => !isWrapper(part));
    for (const part of parts) if (isWrapper(part)) found.add(part);
    const bare = kept.join('.');
    const other = seen.get(bare);
    if (other !== undefined) {
      const pair = [other, name].map((one) => `“${one.slice(0, 60)}”`).join(' and ');
      throw new WeightsFileError(
        `The weights must name each tensor once, but ${pair} are the same without their wrappers. Save the state_dict of one model, the bare or the wrapped one.`,
      );
    }
    seen.set(bare, name);
    return [bare, tensor];
  });
  return { tensors: Object.fromEntries(entries), wrappers: [...found] };
}

/** Says which wrappers were taken off; null if there were none. */
export function wrappersNotice(wrappers: readonly string[]): string | null {
  if (wrappers.length === 0) return null;
  const names = wrappers.map((wrapper) => `“${wrapper}.”`).join(' and ');
  return `The names of the tensors had ${names} of a wrapped PyTorch model in them; they were read without.`;
}

function isWrapper(part: string): boolean {
  return WRAPPERS.some((wrapper) => wrapper === part);
}
