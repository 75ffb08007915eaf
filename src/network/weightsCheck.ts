import { SHIFT_LIMIT } from './gateShift.ts';
import { buildNetwork, type Network } from './layers.ts';
import { bufferSpecs, parameterSpecs, sizeOf } from './parameters.ts';
import { branchFeatures, isSlim } from './slim.ts';
import {
  type Architecture,
  type BudgetPoint,
  type BytesFile,
  fromBase64,
  type ParityFile,
  type TensorFile,
  tensorValues,
  type WeightsFile,
  WeightsFileError,
} from './weights.ts';

// The checks that weights of any file must pass before they are used.

/** Numbers of an architecture, with the most that a network here may have. */
const BOUNDS = {
  width: [2, 64],
  input: [8, 512],
  stemPadding: [0, 3],
  minBottleneck: [1, 512],
} as const;
const PROJECTOR = [1, 8192] as const;
/** The most images that a file may hold for a loader's check. */
const PARITY_IMAGES = 64;
const UNKNOWN_SHOWN = 3;
const MOST_BUDGETS = 100;
/** A network with all gates open spends more than the dense one: the gates' own MACs. */
const MOST_SHARE = 2;

/** The network that weights belong to; for sliced weights, the network before it was sliced. */
export function networkOfWeights(architecture: Architecture): Network {
  const { input, width, stem, stemPadding, gated, bn, projector, slim, slimProjector, minBottleneck } =
    architecture;
  return buildNetwork({
    ...{ input, width, stem, stemPadding, gated, bn, projector },
    ...{ slim, slimProjector, minBottleneck },
  });
}

/** A tensor that a file must have. */
export interface WeightsSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Every tensor of an architecture in the order of its modules, parameters first. Sliced tensors have their
 * cut shapes.
 */
export function weightsSpecs(architecture: Architecture): WeightsSpec[] {
  const network = networkOfWeights(architecture);
  const { inner } = architecture;
  const specs = [...parameterSpecs(network), ...bufferSpecs(network)];
  return specs.map(({ name, shape }) => {
    if (inner === undefined) return { name, shape };
    const l = network.blocks.findIndex((block) => name.startsWith(`backbone.${block.name}.`));
    const kept = inner[l];
    if (kept === undefined) return { name, shape };
    if (/\.(conv1\.weight|bn1\.\w+|mask_c\.atten_c\.3\.weight)$/.test(name))
      return { name, shape: [kept, ...shape.slice(1)] };
    if (name.endsWith('.conv2.weight')) return { name, shape: [shape[0]!, kept, ...shape.slice(2)] };
    return { name, shape };
  });
}

/**
 * Checks weights against their own description. The architecture must be within bounds, and all of its
 * tensors and no others must be there. Each must have its shape, every value must be finite, and every
 * running variance at least 0. Parity images, features and gates must fit, and budgets be in their order.
 * Bytes are decoded only if the shape requires that many.
 * @throws WeightsFileError that says what is expected and what came
 */
export function checkWeights({ architecture, tensors, parity, budgets }: WeightsFile): void {
  checkArchitecture(architecture);
  if (budgets) checkBudgets(budgets, architecture);
  const specs = weightsSpecs(architecture);
  const known = new Set(specs.map(({ name }) => name));
  const stray = Object.keys(tensors).filter((name) => !known.has(name));
  if (stray.length > 0) {
    const more = stray.length > UNKNOWN_SHOWN ? ` and ${stray.length - UNKNOWN_SHOWN} more` : '';
    const named = stray.slice(0, UNKNOWN_SHOWN).map(shown).join(', ');
    throw refused(`its architecture has no tensor called ${named}${more}`);
  }
  for (const { name, shape } of specs) {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (tensor === undefined) throw refused(`${name} of shape [${shape.join(', ')}] is missing`);
    checkValues(name, tensor, shape);
  }
  if (parity) checkParityShapes(parity, architecture);
}

function checkArchitecture(architecture: Architecture): void {
  const { gated, bn, projector, slim, slimProjector, branches, mean, std, bnEpsilon, inner } = architecture;
  for (const [key, bounds] of Object.entries(BOUNDS))
    within(key, architecture[key as keyof typeof BOUNDS], bounds);
  if (architecture.input + 2 * architecture.stemPadding < 10)
    throw refused(`architecture.input must leave a map to pool, got ${architecture.input} pixels`);
  within('projector.hidden', projector.hidden, PROJECTOR);
  within('projector.output', projector.output, PROJECTOR);
  if (new Set(branches).size !== branches.length || branches.length === 0 || branches.length > 10)
    throw refused(`architecture.branches must name 1 to 10 different branches, got ${shownList(branches)}`);
  if (branches.includes('gated') !== gated)
    throw refused(`architecture.gated must say whether there is a gated branch, got ${gated}`);
  if ([...slim].toSorted().join() !== branches.filter(isSlim).toSorted().join())
    throw refused(`architecture.slim must be the narrow branches, got ${shownList(slim)}`);
  if (gated && slim.length > 0) throw refused('architecture.slim must be empty beside a gated branch');
  if (bn === 'separate' && !(gated && branches.includes('dense')))
    throw refused('architecture.bn may be separate only where a gated and a dense branch share a network');
  if (slimProjector && slim.length === 0)
    throw refused('architecture.slimProjector belongs to narrow branches, and there are none');
  if (![...mean, ...std].every(Number.isFinite) || std.some((value) => !(value > 0)))
    throw refused(`architecture.mean and std must be finite, std above 0, got ${mean} and ${std}`);
  if (!(bnEpsilon > 0 && bnEpsilon <= 1))
    throw refused(`architecture.bnEpsilon must be above 0 and at most 1, got ${bnEpsilon}`);
  if (inner !== undefined) checkInner(inner, architecture);
  checkShift(architecture);
}

function checkShift({ gated, gateShift }: Architecture): void {
  if (gateShift === undefined) return;
  if (!(Math.abs(gateShift) <= SHIFT_LIMIT))
    throw refused(`architecture.gateShift must be from −${SHIFT_LIMIT} to ${SHIFT_LIMIT}, got ${gateShift}`);
  if (!gated) throw refused('architecture.gateShift belongs to gates, and this network has none');
}

function checkBudgets(budgets: readonly BudgetPoint[], { gated, inner }: Architecture): void {
  if (!gated || inner !== undefined)
    throw refused('budgets belong to a network with all of its gates, and this one has not');
  if (budgets.length > MOST_BUDGETS)
    throw refused(`budgets must be at most ${MOST_BUDGETS}, got ${budgets.length}`);
  let before = 0;
  for (const { budget, shift, ...shares } of budgets) {
    if (!(budget > before && budget <= 1))
      throw refused(`budgets must be in their order, above 0 and up to 1, got ${budget} after ${before}`);
    before = budget;
    if (!(Math.abs(shift) <= SHIFT_LIMIT))
      throw refused(`budgets must have shifts from −${SHIFT_LIMIT} to ${SHIFT_LIMIT}, got ${shift}`);
    for (const [name, share] of Object.entries(shares)) {
      if (!(share >= 0 && share <= MOST_SHARE))
        throw refused(`${name} of a budget must be from 0 to ${MOST_SHARE}, got ${share}`);
    }
  }
}

function checkInner(inner: readonly number[], architecture: Architecture): void {
  const { blocks } = networkOfWeights(architecture);
  const fits = blocks.every(({ channels }, l) => Number.isInteger(inner[l]) && inner[l]! <= channels);
  if (inner.length !== blocks.length || !fits || inner.some((count) => count < 0)) {
    const most = blocks.map(({ channels }) => channels).join(', ');
    throw refused(`architecture.inner must be at most [${most}], got ${shownList(inner)}`);
  }
  const { branches, bn } = architecture;
  if (branches.length !== 1 || bn !== 'shared' || branches.some(isSlim))
    throw refused('a sliced network must have one branch, gated or dense, with BatchNorms of its own');
}

function checkParityShapes({ images, features, gates }: ParityFile, architecture: Architecture): void {
  const { input, branches, gated, inner } = architecture;
  const network = networkOfWeights(architecture);
  const count = images.shape[0] ?? 0;
  if (!(count >= 1 && count <= PARITY_IMAGES))
    throw refused(`parity.images must be 1 to ${PARITY_IMAGES}, got ${count}`);
  checkBytes('parity.images', images, [count, input, input, 3]);
  for (const [name, tensor] of Object.entries(features)) {
    const branch = branches.find((known) => known === name);
    if (branch === undefined || tensor === undefined)
      throw refused(`parity.features must be of its branches ${shownList(branches)}, got ${shown(name)}`);
    checkValues(`parity.features.${branch}`, tensor, [count, branchFeatures(network, branch)]);
  }
  if (gates === undefined) return;
  const names = network.blocks.map(({ name }) => name);
  if (!gated || Object.keys(gates).toSorted().join() !== names.toSorted().join())
    throw refused('parity.gates must be of every block of a gated network, and of nothing else');
  network.blocks.forEach(({ name, channels }, l) => {
    const open = checkBytes(`parity.gates.${name}`, gates[name]!, [count, inner?.[l] ?? channels]);
    if (open.some((gate) => gate > 1)) throw refused(`parity.gates.${name} must be 0 or 1`);
  });
}

function checkValues(name: string, tensor: TensorFile, shape: readonly number[]): void {
  checkSize(name, tensor, shape, 4);
  const values = decoded(name, () => tensorValues(tensor));
  const variance = name.endsWith('.running_var');
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw refused(`${name} must be finite, got ${value} at place ${i}`);
    if (variance && value < 0) throw refused(`${name} must be at least 0, got ${value} at place ${i}`);
  }
}

function checkBytes(name: string, file: BytesFile, shape: readonly number[]): Uint8Array {
  checkSize(name, file, shape, 1);
  const bytes = decoded(name, () => fromBase64(file.data));
  if (bytes.length !== sizeOf(shape))
    throw refused(`${name} must have ${sizeOf(shape)} bytes, got ${bytes.length}`);
  return bytes;
}

/**
 * Checks, before anything is decoded, that the shape is the architecture's and the base64 text as long as it
 * must be.
 */
function checkSize(
  name: string,
  { shape: claimed, data }: TensorFile | BytesFile,
  shape: readonly number[],
  width: number,
): void {
  if (claimed.join() !== shape.join())
    throw refused(`${name} must have shape [${shape.join(', ')}], got ${shownList(claimed)}`);
  const expected = 4 * Math.ceil((width * sizeOf(shape)) / 3);
  if (data.length !== expected)
    throw refused(`${name} must be ${expected} letters of base64, got ${data.length}`);
}

function decoded<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw refused(`${name} must be base64 of its values, and is something else`);
  }
}

function within(key: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw refused(`architecture.${key} must be a whole number from ${least} to ${most}, got ${value}`);
}

function refused(what: string): WeightsFileError {
  return new WeightsFileError(
    `These weights cannot be used: ${what}. Choose a file that “Export” wrote, and copy it again if it is damaged.`,
  );
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function shownList(values: readonly (string | number)[]): string {
  return shown(`[${values.slice(0, 12).join(', ')}${values.length > 12 ? ', …' : ''}]`);
}
