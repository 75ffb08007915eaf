import type { Images } from '../data/images/dataset.ts';
import type { Encoded, Engine, EngineSetup } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { branchNetwork, type FrozenNetwork } from '../network/slice.ts';
import { branchFeatures, isSlim } from '../network/slim.ts';
import { widthNetwork } from '../network/widthNetwork.ts';
import type { PlannedInference } from '../plan/plannedInference.ts';

/** Trained weights on a machine, for evaluation. */
export interface BranchEncoder extends Pick<Engine, 'dispose'> {
  /**
   * Output for images[from, to) in evaluation mode.
   * @param gateShift δ: gates open where their logit + δ ≥ 0; 0 if missing
   */
  encode(images: Images, from: number, to: number, branch: Branch, gateShift?: number): Promise<Encoded>;
}

/** What computes the branches. */
export interface BranchMachine {
  /** Plans a network for as many images as these are. */
  open(frozen: FrozenNetwork, images: Images): Promise<PlannedInference>;
  /** What is waited for fails when the machine does. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Ends the machine, after all that it holds. */
  dispose(): void;
}

/**
 * Every branch of trained weights. Only the forward pass is planned, when a branch is first asked for.
 * @param chunk images of one forward pass
 */
export function branchEncoder(
  { network, initial }: Pick<EngineSetup, 'network' | 'initial'>,
  chunk: number,
  machine: BranchMachine,
): BranchEncoder {
  const planned = new Map<Branch, Promise<PlannedInference>>();
  const opened = new Set<PlannedInference>();
  let disposed = false;
  const blank = (size: number): Images => ({
    count: chunk,
    size,
    pixels: new Uint8Array(chunk * size * size * 3),
  });
  const open = async (branch: Branch, size: number) => {
    const frozen = isSlim(branch)
      ? widthNetwork(network, initial, branch)
      : branchNetwork(network, initial, branch);
    const inference = await machine.open(frozen, blank(size));
    if (disposed) inference.dispose();
    else opened.add(inference);
    return inference;
  };
  const plannedOf = (branch: Branch, size: number) => {
    const known = planned.get(branch) ?? open(branch, size);
    planned.set(branch, known);
    return machine.guard(known);
  };
  const encodeChunk = async (
    ...[images, from, to, branch, gateShift = 0]: Parameters<BranchEncoder['encode']>
  ): Promise<Encoded> => {
    const inference = await plannedOf(branch, images.size);
    inference.shiftGates(gateShift);
    inference.show(images, from, to);
    const { features, gates } = await machine.guard(inference.encode());
    const [count, own] = [to - from, branchFeatures(network, branch)];
    return {
      features: firstColumns(features, network.features, own).slice(0, count * own),
      gates: gates.map((block) => block.slice(0, count * (block.length / chunk))),
    };
  };
  return {
    async encode(images, from, to, branch, gateShift) {
      const parts: Encoded[] = [];
      for (let first = from; first < to; first += chunk)
        parts.push(await encodeChunk(images, first, Math.min(first + chunk, to), branch, gateShift));
      return joined(parts);
    },
    dispose() {
      disposed = true;
      for (const inference of opened) inference.dispose();
      machine.dispose();
    },
  };
}

/** The first columns of each row. */
function firstColumns(values: Float32Array, columns: number, own: number): Float32Array {
  return own === columns ? values : values.filter((_, i) => i % columns < own);
}

function joined(parts: readonly Encoded[]): Encoded {
  if (parts.length === 1) return parts[0]!;
  const lengthOf = (arrays: readonly { readonly length: number }[]) =>
    arrays.reduce((sum, { length }) => sum + length, 0);
  const all = parts.map(({ features }) => features);
  return {
    features: filled(new Float32Array(lengthOf(all)), all),
    gates: (parts[0]?.gates ?? []).map((_, l) => {
      const blocks = parts.map(({ gates }) => gates[l]!);
      return filled(new Uint8Array(lengthOf(blocks)), blocks);
    }),
  };
}

/** `target` with `parts` in it, one after the other. */
function filled<T extends Float32Array | Uint8Array>(target: T, parts: readonly T[]): T {
  let at = 0;
  for (const part of parts) {
    target.set(part, at);
    at += part.length;
  }
  return target;
}
