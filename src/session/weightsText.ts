import type { WeightsFile } from '../network/weights.ts';
import { parseRunFile, type RunFile, RunFileError } from './runFile.ts';
import { weightsSchema } from './runSchema.ts';

/** Trained weights, and the run that they come from where the file tells. */
export interface TrainedWeights {
  readonly weights: WeightsFile;
  readonly run: RunFile | null;
}

/**
 * The weights in the text of a run file or of a weights file.
 * @throws RunFileError saying what was expected and what came
 */
export function parseTrainedWeights(text: string): TrainedWeights {
  const weights = weightsOf(text);
  if (weights !== null) return { weights, run: null };
  const run = parseRunFile(text);
  if (run.weights === null) {
    throw new RunFileError(
      'This run was saved without weights: it can be looked at, but not evaluated. Choose a run that was saved after its end, or its weights file.',
    );
  }
  return { weights: run.weights, run };
}

/** The weights when the text says that it is a weights file; null when it says something else. */
function weightsOf(text: string): WeightsFile | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const named = json !== null && typeof json === 'object' && 'format' in json ? json.format : undefined;
  if (named !== 'dualgate-weights') return null;
  const parsed = weightsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: 'unreadable' }] = parsed.error.issues;
  throw new RunFileError(
    `A weights file must have format "dualgate-weights", version 1; this one does not fit: ${path.join('.')}: ${message}.`,
  );
}
