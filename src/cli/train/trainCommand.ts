import type { RunConfig } from '../../config.ts';
import { fingerprintOf } from '../../data/images/imagesFile.ts';
import { configOfWeights } from '../../network/fromWeights.ts';
import type { DataSource } from '../../run/protocol.ts';
import { exitCodeOf, STOP_CODES, type StopSignal, type Terminal } from '../command.ts';
import { openDevices } from '../engineOption.ts';
import { isSameFile, requireOut } from '../files/outFile.ts';
import { answered } from '../help.ts';
import { loadImages } from '../images/imagesOrder.ts';
import { openNodeEngine } from '../openNodeEngine.ts';
import { UsageError } from '../usageError.ts';
import { weightsFrom } from '../weightsOnDisk.ts';
import { LastingSession } from './lastingSession.ts';
import { ProgressLine, summary } from './progressLine.ts';
import { type KeptRun, readKeptRun } from './runOnDisk.ts';
import { type OutPlace, RunWriter } from './runWriter.ts';
import { type TrainOrder, trainOrder, USAGE } from './trainArguments.ts';
import { TRAIN_HELP } from './trainHelp.ts';

/**
 * The most training time between two checkpoints, milliseconds. Those on the way to a file are among them.
 */
const LONGEST_UNKEPT_MS = 60_000;

/** Trains a run to its end and writes the file. Returns the exit code. */
async function train(order: TrainOrder, terminal: Terminal): Promise<number> {
  const out = await outOf(order);
  await openDevices(order);
  const inOwnFile = out !== null && order.resume !== null && (await isSameFile(out.path, order.resume.path));
  const keepsCheckpoint = order.keepsCheckpoint || inOwnFile;
  const given = order.weights === null ? null : await weightsFrom(order.weights);
  if (given?.notice) terminal.stdout.write(`note    ${given.notice}\n`);
  const initial = given?.weights ?? null;
  const kept = order.resume && (await readKeptRun(order.resume.path));
  const reading = readingOf(order, kept);
  const images = await loadImages(reading, (text) => terminal.stdout.write(`${text}\n`));
  // The session compares it with that of the run which continues.
  const data = { ...images, fingerprint: await fingerprintOf(images) };
  const asked = configOf(order, kept, data.train.count);
  const config = initial ? configOfWeights(initial.architecture, asked) : asked;
  const line = new ProgressLine(config, terminal);
  const source = sourceOf(reading);
  const everyMs = order.checkpointEvery * 60_000;
  const writer = new RunWriter({
    ...{ config, input: data.train.size, source, kept, out, keepsCheckpoint, everyMs },
    say: (text) => line.say(text),
  });
  let stopped: StopSignal | null = null;
  const session = new LastingSession({
    start: {
      kind: 'start',
      run: 'cli',
      config,
      source,
      engine: order.engine,
      ...(order.threads === null ? {} : { threads: order.threads }),
      paused: false,
      ...(kept ? { from: kept.checkpoint } : {}),
      ...(initial && { initial }),
    },
    data,
    checkpointMs: Math.min(everyMs, LONGEST_UNKEPT_MS),
    openEngine: (asked) => openNodeEngine(asked),
    hear(event) {
      writer.hear(event);
      line.show(event);
    },
    keep: (event) => writer.keep(event),
    say: (text) => line.say(text),
  });
  terminal.onInterrupt((signal) => {
    if (stopped !== null) session.endNow();
    stopped ??= signal;
    line.say(
      'Stopping: a last evaluation (one under way ends with the numbers so far), and the file before and after it. Press Ctrl-C again to end without it.',
    );
    writer.stop();
    session.stop();
  });
  const outcome = await session.run();
  await writer.writeEnd();
  if (outcome === 'failed') return 1;
  if (writer.record.final !== null) line.say(summary(writer.record));
  return stopped === null ? 0 : STOP_CODES[stopped];
}

/** Checks the file that the run goes to. */
async function outOf({ out, resume, weights, data, test, force }: TrainOrder): Promise<OutPlace | null> {
  if (out === null) return null;
  const inputs = [...data, ...test, ...(weights === null ? [] : [weights])];
  const asked = { path: out, flag: '--out', kind: 'a run', inputs, continued: resume?.path, force } as const;
  return { path: out, file: await requireOut(asked) };
}

/** The settings of the run: the order's, or those of the file whose run continues. */
function configOf(order: TrainOrder, kept: KeptRun | null, images: number): RunConfig {
  if (order.resume && kept) {
    const steps = order.resume.steps ?? kept.file.config.steps;
    // A run that was killed in its last evaluation still needs that.
    const isUnfinished = steps === kept.checkpoint.step && kept.file.final === null;
    if (steps > kept.checkpoint.step || isUnfinished) return { ...kept.file.config, steps };
    throw new UsageError(
      `--resume ${order.resume.path}: its checkpoint was made after ${kept.checkpoint.step} steps, and the run must have more: give --steps, got ${steps}`,
    );
  }
  const stepsPerEpoch = Math.floor(images / order.config.batch);
  const steps = order.epochs === null ? order.config.steps : order.epochs * stepsPerEpoch;
  return { ...order.config, steps: Math.max(1, steps) };
}

/** How the images are read: as the order says, and where it is silent as the run that continues read them. */
function readingOf(order: TrainOrder, kept: KeptRun | null): TrainOrder {
  const source = kept?.file.source;
  if (source?.kind !== 'files') return order;
  const { layout = null, useTheRest = false } = source;
  return { ...order, layout: order.layout ?? layout, useTheRest: order.useTheRest || useTheRest };
}

/** The source of the images, as the run's file describes it. */
function sourceOf(order: TrainOrder): DataSource {
  const { data, testSet, side, limit, images, layout, useTheRest } = order;
  if (data.length === 0) return { kind: 'emoji10', test: testSet };
  const limits = { train: images ?? limit, test: limit };
  const answers = { ...(layout && { layout }), ...(useTheRest && { useTheRest }) };
  return { kind: 'files', side, limits, train: [], test: [], ...answers };
}

/** `npm run train`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, TRAIN_HELP, terminal);
  if (code !== null) return code;
  return exitCodeOf(() => train(trainOrder(args), terminal), USAGE, terminal);
}
