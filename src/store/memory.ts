import type { RunConfig } from '../config.ts';
import { checkConfig } from '../fields.ts';
import type { EngineName } from '../session/protocol.ts';
import type { MemoryNeed, MemoryRequest } from './memoryProtocol.ts';
import type { DataSource, EngineChoice, Settings } from './settings.ts';

export type { MemoryNeed } from './memoryProtocol.ts';

/** Emoji-10's training images (datasets/emoji10), and CIFAR-10's in its archive. */
const EMBEDDED_IMAGES = 5000;
const ARCHIVE_IMAGES = 50_000;
/** CIFAR-10's record: a label and 3 × 32 × 32 bytes. */
const RECORD_BYTES = 3073;
const IMAGE_SIZE = 32;

/** How many training images a source holds, as far as its files tell before they are read. */
export function trainingImages(source: DataSource): number {
  if (source.kind === 'emoji10') return EMBEDDED_IMAGES;
  const counts = source.train.map(({ path, file }) =>
    /\.(gz|tgz)$/i.test(path) ? ARCHIVE_IMAGES : Math.floor(file.size / RECORD_BYTES),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The engines that a choice may come to. */
function candidates(choice: EngineChoice): readonly EngineName[] {
  return choice === 'auto' ? ['webgpu', 'wasm'] : [choice];
}

/**
 * The memory of a run of these settings, for every engine that it may come to and whose memory is known beforehand;
 * null for settings that cannot run. Plans in a worker: it takes longer than a page may halt.
 * @throws the signal's reason when aborted, Error when the worker breaks down
 */
export function memoryNeeds(
  { config, source, engine }: Pick<Settings, 'config' | 'source' | 'engine'>,
  signal: AbortSignal,
): Promise<readonly MemoryNeed[] | null> {
  const count = trainingImages(source);
  if (count === 0 || checkConfig(config).length > 0) return Promise.resolve(null);
  const request: MemoryRequest = { config, engines: candidates(engine), images: { count, size: IMAGE_SIZE } };
  const worker = new Worker(new URL('./memoryWorker.ts', import.meta.url), {
    type: 'module',
    name: 'memory',
  });
  const answer = new Promise<readonly MemoryNeed[]>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<readonly MemoryNeed[]>) => resolve(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error(`The memory could not be planned: ${event.message || 'its script is not there'}`));
    });
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  worker.postMessage(request);
  return answer.finally(() => worker.terminate());
}

/** What decides the memory of a run: a change of anything else asks for no new plan. */
export function memoryKey({
  config,
  source,
  engine,
}: Pick<Settings, 'config' | 'source' | 'engine'>): string {
  const { system, width, stemPadding, separateBn, projector, batch }: RunConfig = config;
  return [system, width, stemPadding, separateBn, projector, batch, trainingImages(source), engine].join();
}
