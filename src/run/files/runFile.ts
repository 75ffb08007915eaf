import type { RunConfig } from '../../config.ts';
import { branchEntries, type EpochRow, type StepRow } from '../../metrics.ts';
import { networkOf } from '../../network/fromConfig.ts';
import type { Network } from '../../network/layers.ts';
import { checkWeights } from '../../network/weightsCheck.ts';
import { packBits, unpackBits } from '../../statistics/bitset.ts';
import type { Ready, SessionEvent, SessionNews } from '../protocol.ts';
import type { RunRecord } from '../record.ts';
import { nearestArrays, nearestTexts } from './nearestText.ts';
import { faultOf, sideOf } from './runCheck.ts';
import { dialIn, newsOfDial } from './runDial.ts';
import { momentsIn, newsOfMoment } from './runMoments.ts';
import { type RunFile, runSchema } from './runSchema.ts';

export type { RunFile } from './runSchema.ts';

/** Characters of one fault that are shown. A limit is needed, because a fault quotes the file. */
const MAX_SAID = 200;

const CHOOSE_WRITTEN = 'Choose a file that “Export run” or “npm run train -- --out” wrote.';

/** The file is not a run file. The message is for the user. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError';
}

/** What a file may hold so that the run can continue, in addition to its record. */
export type Continuable = Pick<RunFile, 'source' | 'checkpoint'>;

const LOOKED_AT: Continuable = { source: null, checkpoint: null };

/** The content of the file of a run with this configuration and record, for JSON.stringify. */
export function runFileOf(config: RunConfig, record: RunRecord, continuable = LOOKED_AT): RunFile {
  const { ready } = record;
  return {
    format: 'dualgate-run',
    version: 1,
    config,
    steps: record.steps,
    ...(record.diverged && { diverged: record.diverged }),
    epochs: record.epochs.map((row) => ({ ...row, channelUsage: [...row.channelUsage] })),
    final: record.final,
    weights: record.weights && { ...record.weights, tensors: { ...record.weights.tensors } },
    engine: ready?.engine ? { ...ready.engine, details: { ...ready.engine.details } } : null,
    data: ready && withoutNotices(ready.data),
    floors: record.floors,
    gradients: record.gradients,
    budgets: record.budgets,
    stoppedEarly: record.stoppedEarly,
    maps: branchEntries(record.maps).map(([branch, layout]) => {
      const { epoch, step, projection, neighbours } = layout;
      const count = layout.xy.length / 2;
      const isPart = ready !== null && count < ready.mapImages.labels.length;
      const xy = Array.from(layout.xy, fourDecimals);
      return { branch, epoch, step, projection, neighbours, ...(isPart && { count }), xy };
    }),
    mapLabels: ready ? Array.from(ready.mapImages.labels) : [],
    mapGates: mapGatesIn(config, record),
    moments: momentsIn(record),
    mapNearest: mapNearestIn(record),
    dial: dialIn(record),
    ...continuable,
  };
}

/**
 * The run in a file's text.
 * @throws RunFileError that says what was expected and what was found
 */
export function parseRunFile(text: string): RunFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RunFileError(
      `A run file must be JSON, but this is not: ${error instanceof Error ? error.message : String(error)}. ${CHOOSE_WRITTEN}`,
    );
  }
  const format = json !== null && typeof json === 'object' && 'format' in json ? json.format : undefined;
  if (format === 'dualgate-weights') {
    throw new RunFileError(
      'This file holds weights only (format "dualgate-weights"): there are no curves in it to show. Choose a file of format "dualgate-run".',
    );
  }
  const parsed = runSchema.safeParse(json);
  if (parsed.success) {
    const fault = faultOf(parsed.data);
    if (fault === null) return withCheckedWeights(parsed.data);
    throw new RunFileError(
      `This run file is not as it was written: ${fault}. Choose a file that was not changed.`,
    );
  }
  const faults = parsed.error.issues.slice(0, 3).map(({ path, message }) => {
    const place = path.length > 0 ? path.map(String).join('.') : 'the file';
    return `${place.slice(0, MAX_SAID)}: ${message.slice(0, MAX_SAID)}`;
  });
  const more = parsed.error.issues.length - faults.length;
  throw new RunFileError(
    `A run file must have format "dualgate-run", version 1; this one does not fit: ${faults.join('; ')}${more > 0 ? `; and ${more} more` : ''}. ${CHOOSE_WRITTEN}`,
  );
}

function withCheckedWeights(file: RunFile): RunFile {
  try {
    if (file.weights) checkWeights(file.weights);
    return file;
  } catch (error) {
    throw new RunFileError(
      `The weights in this run file cannot be used. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * The events that a run would have sent for the content of its file. One fold then serves live and recorded
 * runs.
 */
export function eventsOf(file: RunFile, run: string): SessionEvent[] {
  const network = networkOf(file.config, sideOf(file));
  const news: SessionNews[] = [{ kind: 'ready', ready: readyOf(file, network) }];
  const floors = file.floors ?? file.final?.knn20;
  if (floors) {
    const { rawPixels, untrained, pixels, samples, ranks } = floors;
    const measured = { ...(pixels && { pixels }), ...(samples && { samples }), ...(ranks && { ranks }) };
    news.push({ kind: 'floors', floors: { rawPixels, untrained, ...measured } });
  }
  news.push({ kind: 'steps', rows: stepRows(file, file.steps) });
  for (const row of stepRows(file, file.diverged ? [file.diverged] : []))
    news.push({ kind: 'diverged', row });
  for (const row of epochRows(file)) news.push({ kind: 'epoch', row });
  for (const row of file.gradients) news.push({ kind: 'gradients', row });
  for (const { step, budget } of file.budgets) news.push({ kind: 'budget', step, budget });
  for (const moment of file.moments)
    news.push(...newsOfMoment(moment, file.mapLabels.length, network.blocks));
  // They are newer than the moments. Where these have a UMAP, a PCA follows it only if it is wanted.
  for (const { xy, count: _, ...map } of file.maps) {
    const instead = file.moments.length > 0 && map.projection === 'pca' && { instead: true };
    news.push({ kind: 'map', ...map, xy: Float32Array.from(xy), ...instead });
  }
  if (file.mapGates) news.push(mapGatesOf(file.mapGates, file.mapLabels.length, network));
  if (file.mapNearest) news.push(mapNearestOf(file.mapNearest, file.mapLabels.length));
  if (file.dial) news.push(newsOfDial(file.dial));
  if (file.weights) news.push({ kind: 'weights', weights: file.weights });
  if (file.final) news.push({ kind: 'finished', final: file.final, stoppedEarly: file.stoppedEarly });
  news.push({ kind: 'state', state: 'finished' });
  return news.map((item) => ({ ...item, run }));
}

/** The gates of a record, packed. */
function mapGatesIn(config: RunConfig, { ready, mapGates }: RunRecord): RunFile['mapGates'] {
  // Gates of images that the file does not have could not be read.
  if (ready === null || ready.mapImages.count === 0 || mapGates === null) return null;
  const { epoch, step, blocks } = mapGates;
  const images = (blocks[0]?.length ?? 0) / networkOf(config, ready.data.size).blocks[0]!.channels;
  const isPart = Number.isInteger(images) && images < ready.mapImages.labels.length;
  return { epoch, step, ...(isPart && { count: images }), blocks: blocks.map(packBits) };
}

function mapGatesOf(
  { epoch, step, blocks, count }: NonNullable<RunFile['mapGates']>,
  mapped: number,
  network: Network,
): SessionNews {
  const images = count ?? mapped;
  const gates = network.blocks.map(({ channels }, l) => unpackBits(blocks[l]!, images * channels));
  return { kind: 'features', epoch, step, count: images, features: {}, gates };
}

/** The neighbours by features of a record, packed. */
function mapNearestIn({ ready, mapNearest }: RunRecord): RunFile['mapNearest'] {
  if (ready === null || ready.mapImages.count === 0 || mapNearest === null) return null;
  const { epoch, step, count, branches } = mapNearest;
  const isPart = count < ready.mapImages.labels.length;
  return { epoch, step, ...(isPart && { count }), branches: nearestTexts(branches) };
}

function mapNearestOf(
  { epoch, step, count, branches }: NonNullable<RunFile['mapNearest']>,
  mapped: number,
): SessionNews {
  const compared = count ?? mapped;
  return { kind: 'nearest', epoch, step, count: compared, branches: nearestArrays(branches, compared) };
}

function stepRows({ config, budgets }: RunFile, rows: RunFile['steps']): StepRow[] {
  return rows.map(({ budget, ...row }) => {
    const set = budgets.findLast((change) => change.step < row.step);
    return { ...row, budget: budget ?? set?.budget ?? config.budget };
  });
}

/** An epoch without a step gets the last step that began in it. */
function epochRows({ epochs, steps }: RunFile): EpochRow[] {
  return epochs.map((row) => ({
    ...row,
    step: row.step ?? steps.findLast(({ epoch }) => epoch <= row.epoch)?.step ?? 0,
    channelUsage: row.channelUsage.map((use) => ({ ...use, channels: use.off + use.on + use.dependent })),
  }));
}

/** What a reader said of the files that it read holds for this browser only. */
function withoutNotices({ notices: _, ...data }: Ready['data']): NonNullable<RunFile['data']> {
  return data;
}

function readyOf(file: RunFile, network: Network): Ready {
  return {
    config: file.config,
    engine: file.engine,
    data: file.data ?? {
      name: 'Data not named in the run file',
      train: 0,
      test: 0,
      bank: null,
      size: network.spec.input,
      classes: [],
      recipe: 'cifar10',
      stepsPerEpoch: file.steps.filter(({ epoch }) => epoch === 0).length,
    },
    network: {
      stemMacs: network.stem.macs,
      blocks: network.blocks,
      denseMacs: network.denseMacs,
      smallestRatio: network.smallestRatio,
      features: network.features,
    },
    mapImages: {
      count: file.mapLabels.length,
      // Pictures stay where the run was made. A run file is passed on to others, and may not carry people's
      // images.
      pixels: new Uint8Array(0),
      labels: Uint8Array.from(file.mapLabels),
    },
  };
}

/** Four decimals are enough: layouts are a few units wide, and the fourth decimal is far below a pixel. */
function fourDecimals(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
