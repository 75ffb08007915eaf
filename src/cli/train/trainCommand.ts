import type { RunConfig } from '../../config.ts';
import { configOfWeights } from '../../network/fromWeights.ts';
import type { DataSource, SessionEvent } from '../../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, rewound } from '../../run/record.ts';
import { continuableOf } from '../../run/runCheckpoint.ts';
import { eventsOf, runFileOf } from '../../run/runFile.ts';
import { openEngine } from '../../session/engines.ts';
import { Session } from '../../session/session.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { loadImages } from '../images/imagesOrder.ts';
import { isSameFile, requireOut } from '../outFile.ts';
import { NODE_PLACES } from '../places.ts';
import { UsageError } from '../usageError.ts';
import { weightsFrom } from '../weightsOnDisk.ts';
import { ProgressLine, summary } from './progressLine.ts';
import { type KeptRun, readKeptRun, writeRun } from './runOnDisk.ts';
import { type TrainOrder, trainOrder, USAGE } from './trainArguments.ts';

/** Trains a run to its end and writes the file. Returns the exit code. */
async function train(order: TrainOrder, terminal: Terminal): Promise<number> {
  const inOwnFile = await requireOutOf(order);
  const keepsCheckpoint = order.keepsCheckpoint || inOwnFile;
  const initial = order.weights === null ? null : (await weightsFrom(order.weights)).weights;
  const kept = order.resume && (await readKeptRun(order.resume.path));
  const data = await loadImages(order, (text) => terminal.stdout.write(`${text}\n`));
  const asked = configOf(order, kept, data.train.count);
  const config = initial ? configOfWeights(initial.architecture, asked) : asked;
  const line = new ProgressLine(config, terminal);
  const source = sourceOf(order);
  let record = kept ? eventsOf(kept.file, 'cli').reduce(addToRecord, EMPTY_RECORD) : EMPTY_RECORD;
  let checkpoint = kept?.checkpoint ?? null;
  let tookStep = false;
  const write = async () => {
    if (order.out === null) return;
    // What the file holds is worth more than a run without steps.
    if (!tookStep) {
      line.say(`No step was taken, so ${order.out} was not written.`);
      return;
    }
    const keeps = { config, input: data.train.size, source, checkpoint };
    const continuable = keepsCheckpoint ? await continuableOf(keeps) : undefined;
    await writeRun(order.out, runFileOf(config, record, continuable));
    line.say(`wrote ${order.out}`);
  };
  const outcome = await new Promise<'finished' | 'failed' | 'interrupted'>((resolve) => {
    const session = new Session({
      emit(event: SessionEvent) {
        record = addToRecord(record, event);
        tookStep ||= event.kind === 'steps';
        line.show(event);
        if (event.kind === 'state' && event.state === 'finished') resolve('finished');
        if (event.kind === 'failed') resolve('failed');
      },
      loadData: async () => data,
      openEngine: (order) => openEngine(order, NODE_PLACES),
      ...(keepsCheckpoint || kept
        ? {
            safeguard: (event) => {
              if (event.kind === 'checkpoint') checkpoint = event.checkpoint;
              if (event.kind === 'rewound') record = rewound(record, event.step);
              // The command does not open the engine again. It writes the steps that were made so far.
              if (event.kind === 'interrupted') {
                line.say(event.reason);
                resolve('failed');
              }
            },
          }
        : {}),
    });
    let interrupted = false;
    terminal.onInterrupt(() => {
      if (interrupted) resolve('interrupted');
      interrupted = true;
      line.say(
        'Stopping: a last evaluation, then the file is written. Press Ctrl-C again to write without it.',
      );
      session.receive({ kind: 'stop' });
    });
    session.receive({
      kind: 'start',
      run: 'cli',
      config,
      source,
      engine: order.engine,
      paused: false,
      ...(kept ? { from: kept.checkpoint } : {}),
      ...(initial && { initial }),
    });
  });
  await write();
  if (outcome === 'finished') line.say(summary(record));
  return outcome === 'failed' ? 1 : outcome === 'interrupted' ? 130 : 0;
}

/** Checks the file that the run goes to. Returns whether it is that of the run which continues. */
async function requireOutOf({ out, resume, weights, data, test, force }: TrainOrder): Promise<boolean> {
  if (out === null) return false;
  const inputs = [...data, ...test, ...(weights === null ? [] : [weights])];
  await requireOut({ path: out, flag: '--out', kind: 'a run', inputs, continued: resume?.path, force });
  return resume !== null && isSameFile(out, resume.path);
}

/** The settings of the run: the order's, or those of the file whose run continues. */
function configOf(order: TrainOrder, kept: KeptRun | null, images: number): RunConfig {
  if (order.resume && kept) {
    const steps = order.resume.steps ?? kept.file.config.steps;
    if (steps > kept.checkpoint.step) return { ...kept.file.config, steps };
    throw new UsageError(
      `--resume ${order.resume.path}: its checkpoint was made after ${kept.checkpoint.step} steps, and the run must have more: give --steps, got ${steps}`,
    );
  }
  const stepsPerEpoch = Math.floor(images / order.config.batch);
  const steps = order.epochs === null ? order.config.steps : order.epochs * stepsPerEpoch;
  return { ...order.config, steps: Math.max(1, steps) };
}

/** The source of the images, as the run's file describes it. */
function sourceOf({ data, testSet, side, limit, images }: TrainOrder): DataSource {
  if (data.length === 0) return { kind: 'emoji10', test: testSet };
  const limits = { train: images ?? limit, test: limit };
  return { kind: 'files', side, limits, train: [], test: [] };
}

/** `npm run train`. Returns the exit code. */
export function main(args: readonly string[], terminal: Terminal): Promise<number> {
  return exitCodeOf(() => train(trainOrder(args), terminal), USAGE, terminal);
}
