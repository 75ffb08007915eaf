import type { Branch } from '../metrics.ts';
import { floatValues, readSafetensors, type SafeTensor, writeSafetensors } from './safetensors.ts';
import {
  type BytesFile,
  bytesFile,
  fromBase64,
  type TensorFile,
  tensorFile,
  type WeightsFile,
  WeightsFileError,
} from './weights.ts';

// Weights as a safetensors file. It has the tensors under their PyTorch names, and what the JSON file calls
// parity: `parity.images` (U8), `parity.features.<branch>` (F32) and `parity.gates.<block>` (U8). The
// metadata have format "dualgate-weights", version "1", and the architecture as JSON, as the budgets, if any.

const IMAGES = 'parity.images';
const FEATURES = 'parity.features.';
const GATES = 'parity.gates.';
/**
 * The end of the names under which PyTorch counts the batches of a BatchNorm; evaluation does not read them.
 */
const COUNTED = '.num_batches_tracked';

/** Weights in safetensors: bytes for a file. */
export function weightsToSafetensors(weights: WeightsFile): Uint8Array<ArrayBuffer> {
  const { format, version, architecture, parity, budgets } = weights;
  const tensors = new Map<string, SafeTensor>();
  const add = (name: string, { shape, dtype, data }: TensorFile | BytesFile) =>
    tensors.set(name, { dtype: dtype === 'float32' ? 'F32' : 'U8', shape, bytes: fromBase64(data) });
  for (const [name, tensor] of Object.entries(weights.tensors)) add(name, tensor);
  // Floats come before bytes, so that every float stays aligned.
  for (const branch of architecture.branches) {
    const features = parity?.features[branch];
    if (features) add(`${FEATURES}${branch}`, features);
  }
  if (parity) add(IMAGES, parity.images);
  for (const [block, gates] of Object.entries(parity?.gates ?? {})) add(`${GATES}${block}`, gates);
  const metadata = new Map([
    ['format', format],
    ['version', String(version)],
    ['architecture', JSON.stringify(architecture)],
  ]);
  if (budgets) metadata.set('budgets', JSON.stringify(budgets));
  return writeSafetensors({ metadata, tensors });
}

/** The contents of a safetensors file in the JSON file's form. What its metadata say is unchecked. */
export interface UncheckedWeights extends Omit<WeightsFile, 'architecture' | 'budgets'> {
  readonly architecture: unknown;
  readonly budgets?: unknown;
}

/**
 * The weights in a safetensors file, with their metadata unchecked. Floats of other widths become
 * float32.
 * @throws WeightsFileError
 */
export function weightsFromSafetensors(file: Uint8Array): UncheckedWeights {
  const { metadata, tensors } = readSafetensors(file);
  const [format, version] = [metadata.get('format'), metadata.get('version')];
  if (format !== 'dualgate-weights' || version !== '1') {
    throw new WeightsFileError(
      `The safetensors file must say format "dualgate-weights", version "1", in its metadata, got ${told(format)} and ${told(version)}. Only weights that “Export” wrote carry the architecture that they need.`,
    );
  }
  const plain: [string, TensorFile][] = [];
  const features: [string, TensorFile][] = [];
  const gates: [string, BytesFile][] = [];
  let images: BytesFile | null = null;
  for (const [name, tensor] of tensors) {
    if (name === IMAGES) images = asBytes(name, tensor);
    else if (name.startsWith(FEATURES)) features.push([name.slice(FEATURES.length), asFloats(name, tensor)]);
    else if (name.startsWith(GATES)) gates.push([name.slice(GATES.length), asBytes(name, tensor)]);
    else if (!name.endsWith(COUNTED)) plain.push([name, asFloats(name, tensor)]);
  }
  if (images === null && features.length + gates.length > 0)
    throw new WeightsFileError(
      `The safetensors file must hold ${IMAGES} beside features and gates of them. Export it again.`,
    );
  return {
    format,
    version: 1,
    architecture: jsonIn(metadata, 'architecture'),
    ...(metadata.has('budgets') && { budgets: jsonIn(metadata, 'budgets') }),
    tensors: Object.fromEntries(plain),
    ...(images && {
      parity: {
        images,
        features: Object.fromEntries(features) as Partial<Record<Branch, TensorFile>>,
        ...(gates.length > 0 && { gates: Object.fromEntries(gates) }),
      },
    }),
  };
}

function jsonIn(metadata: ReadonlyMap<string, string>, key: 'architecture' | 'budgets'): unknown {
  const text = metadata.get(key);
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new WeightsFileError(
      `The safetensors file must hold its ${key} as JSON in the metadata, got ${told(text)}. Export it again.`,
    );
  }
}

function asFloats(name: string, tensor: SafeTensor): TensorFile {
  return tensorFile(tensor.shape, floatValues(name, tensor));
}

function asBytes(name: string, { dtype, shape, bytes }: SafeTensor): BytesFile {
  if (dtype !== 'U8') throw new WeightsFileError(`${name} must be U8, got ${dtype}. Export the file again.`);
  return bytesFile(shape, bytes);
}

function told(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 60 ? `“${text.slice(0, 57)}…”` : `“${text}”`;
}
