import { depthAndKeys } from '../../network/jsonShape.ts';
import { type WeightsFile, WeightsFileError } from '../../network/weights.ts';
import { checkWeights } from '../../network/weightsCheck.ts';
import { weightsFromSafetensors } from '../../network/weightsTensors.ts';
import { unwrapped, wrappersNotice } from '../../network/wrappers.ts';
import { calibratedWeights } from './runDial.ts';
import { parseRunFile, type RunFile, RunFileError } from './runFile.ts';
import { architectureSchema, budgetPointsSchema, weightsSchema } from './runSchema.ts';
import { textOf } from './runText.ts';

/** Trained weights, and their run if the file tells it. */
export interface TrainedWeights {
  readonly weights: WeightsFile;
  readonly run: RunFile | null;
  /** What was taken off the tensors' names, in a sentence; absent if they are as “Export” writes them. */
  readonly notice?: string;
}

/** The largest file of tensors that is read, bytes. Width 64 with the widest projector has some 600 MB. */
const FILE_LIMIT = 700_000_000;
/** Nesting depth of a weights file, plus one. */
const DEPTH_LIMIT = 7;

/**
 * The weights in a file: safetensors, a weights file or a run file. The last two may be gzip. The content
 * decides the kind.
 * @throws WeightsFileError, RunFileError or TextFileError that says what was expected and what was found
 */
export async function readTrainedWeights(
  file: Pick<Blob, 'size' | 'slice' | 'stream' | 'arrayBuffer'> & { readonly name?: string },
): Promise<TrainedWeights> {
  const head = new Uint8Array(await file.slice(0, 9).arrayBuffer());
  // JSON follows a length of less than 4 GB. A file that ends before the JSON is recognised by its name
  // alone.
  const isTensors = head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0);
  if (!isTensors && !/\.safetensors$/i.test(file.name ?? '')) return parseTrainedWeights(await textOf(file));
  if (file.size > FILE_LIMIT)
    throw new WeightsFileError(
      `A safetensors file must have at most ${FILE_LIMIT / 1e6} MB, got ${Math.round(file.size / 1e6)}: no network of this playground is as large. Choose another file.`,
    );
  return parseSafetensors(new Uint8Array(await file.arrayBuffer()));
}

/**
 * The weights in the text of a run file or of a weights file.
 * @throws WeightsFileError or RunFileError that says what was expected and what was found
 */
export function parseTrainedWeights(text: string): TrainedWeights {
  const weights = weightsOf(text);
  if (weights !== null) return weights;
  const run = parseRunFile(text);
  if (run.weights === null) {
    throw new RunFileError(
      'This run was saved without weights: it can be looked at, but not evaluated. Choose a run that was saved after its end, or its weights file.',
    );
  }
  return { weights: calibratedWeights(run.weights, run), run };
}

/** The weights in a safetensors file, checked. @throws WeightsFileError */
export function parseSafetensors(file: Uint8Array): TrainedWeights {
  const { architecture, budgets, ...rest } = weightsFromSafetensors(file);
  const known = architectureSchema.safeParse(architecture);
  if (!known.success) throw misfit(known.error.issues, 'architecture');
  if (budgets === undefined) return checked({ ...rest, architecture: known.data });
  const points = budgetPointsSchema.safeParse(budgets);
  if (!points.success) throw misfit(points.error.issues, 'budgets');
  return checked({ ...rest, architecture: known.data, budgets: points.data });
}

/** Weights under the network's own names, checked. @throws WeightsFileError */
function checked(file: WeightsFile): TrainedWeights {
  const { tensors, wrappers } = unwrapped(file.tensors);
  const weights = { ...file, tensors };
  checkWeights(weights);
  const notice = wrappersNotice(wrappers);
  return { weights, run: null, ...(notice !== null && { notice }) };
}

/** The weights, if the text is a weights file; otherwise null. */
function weightsOf(text: string): TrainedWeights | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const named = json !== null && typeof json === 'object' && 'format' in json ? json.format : undefined;
  if (named !== 'dualgate-weights') return null;
  const { depth, twice } = depthAndKeys(text);
  if (depth > DEPTH_LIMIT || twice !== null) {
    const fault = twice === null ? `${depth} levels deep` : `“${twice.slice(0, 60)}” twice in one object`;
    throw new WeightsFileError(
      `A weights file must be at most ${DEPTH_LIMIT} levels deep and name nothing twice; this one is not as “Export” writes it: ${fault}. Export it again.`,
    );
  }
  const parsed = weightsSchema.safeParse(json);
  if (!parsed.success) throw misfit(parsed.error.issues);
  return checked(parsed.data);
}

function misfit(
  issues: readonly { readonly path: PropertyKey[]; readonly message: string }[],
  within = '',
): WeightsFileError {
  const [{ path, message } = { path: [], message: 'unreadable' }] = issues;
  const place = [within, ...path.map(String)].filter((part) => part !== '').join('.');
  return new WeightsFileError(
    `A weights file must have format "dualgate-weights", version 1; this one does not fit: ${place.slice(0, 80)}: ${message.slice(0, 200)}. Choose a file that “Export” wrote.`,
  );
}
