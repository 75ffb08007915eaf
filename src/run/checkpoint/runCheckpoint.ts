import { toBase64 } from '../../network/weights.ts';
import { type Continuable, type RunFile, RunFileError } from '../files/runFile.ts';
import type { DataSource, FilesSource } from '../protocol.ts';
import { runKey } from '../settingsKey.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointBytes, readCheckpoint } from './checkpointFile.ts';

/** Where images are read from. For the user's files, only how they are read. */
type SourceInWords =
  | Exclude<DataSource, FilesSource>
  | Pick<FilesSource, 'kind' | 'side' | 'limits' | 'layout' | 'useTheRest'>;

/** A run that can continue, as a run file describes it. */
export interface ContinuableRun {
  readonly config: RunFile['config'];
  /** Side of the images, pixels. */
  readonly input: number;
  readonly source: SourceInWords;
  /** null if none has been made yet. */
  readonly checkpoint: Checkpoint | null;
}

/** What a run's file needs so that the run can continue. It does not name the user's files. */
export async function continuableOf({
  config,
  input,
  source,
  checkpoint,
}: ContinuableRun): Promise<Continuable> {
  const bytes = checkpoint && (await checkpointBytes({ config, input, checkpoint, attachment: '' }));
  return { source: sourceInFile(source), checkpoint: bytes && toBase64(bytes) };
}

function sourceInFile(source: SourceInWords): Continuable['source'] {
  if (source.kind === 'hub') return { ...source, kept: true };
  if (source.kind !== 'files') return source;
  const { kind, side, limits, layout, useTheRest } = source;
  return { kind, side, limits, ...(layout && { layout }), ...(useTheRest && { useTheRest }) };
}

/**
 * The checkpoint in a run's file; null where it has none.
 * @throws RunFileError when it is damaged, or belongs to another run
 */
export async function checkpointOf(file: Pick<RunFile, 'config' | 'checkpoint'>): Promise<Checkpoint | null> {
  if (file.checkpoint === null) return null;
  try {
    const { config, checkpoint } = await readCheckpoint(bytesOf(file.checkpoint));
    if (runKey(config) !== runKey(file.config)) {
      throw new Error('It must be of the run’s own settings, and is of others.');
    }
    return checkpoint;
  } catch (error) {
    throw new RunFileError(
      `The checkpoint in this run file cannot be gone on from. ${error instanceof Error ? error.message : String(error)} Choose a file that was not changed.`,
    );
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
