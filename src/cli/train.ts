import { writeFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { openEngine } from '../session/engines.ts';
import type { SessionEvent } from '../session/protocol.ts';
import { addToRecord, EMPTY_RECORD } from '../session/record.ts';
import { runFileOf } from '../session/runFile.ts';
import { Session } from '../session/session.ts';
import { loadImages } from './imagesOrder.ts';
import { requireWritable } from './outFile.ts';
import { NODE_PLACES } from './places.ts';
import { ProgressLine, summary } from './progressLine.ts';
import { type TrainOrder, trainOrder, USAGE } from './trainArguments.ts';
import { UsageError } from './usageError.ts';

/** Runs an order to its end and writes what there is. Returns the exit code. */
async function train(order: TrainOrder): Promise<number> {
  if (order.out !== null) await requireWritable(order.out);
  const data = await loadImages(order, (text) => stdout.write(`${text}\n`));
  const stepsPerEpoch = Math.floor(data.train.count / order.config.batch);
  const steps = order.epochs === null ? order.config.steps : order.epochs * stepsPerEpoch;
  const config = { ...order.config, steps: Math.max(1, steps) };
  const line = new ProgressLine(config);
  let record = EMPTY_RECORD;
  const write = async () => {
    if (order.out === null) return;
    await writeFile(order.out, JSON.stringify(runFileOf(config, record)));
    line.say(`wrote ${order.out}`);
  };
  const outcome = await new Promise<'finished' | 'failed' | 'interrupted'>((resolve) => {
    const session = new Session({
      emit(event: SessionEvent) {
        record = addToRecord(record, event);
        line.show(event);
        if (event.kind === 'state' && event.state === 'finished') resolve('finished');
        if (event.kind === 'failed') resolve('failed');
      },
      loadData: async () => data,
      openEngine: (order) => openEngine(order, NODE_PLACES),
    });
    let interrupted = false;
    process.on('SIGINT', () => {
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
      source: { kind: 'emoji10', test: order.testSet },
      engine: order.engine,
      paused: false,
    });
  });
  await write();
  if (outcome === 'finished') line.say(summary(record));
  return outcome === 'failed' ? 1 : outcome === 'interrupted' ? 130 : 0;
}

try {
  exit(await train(trainOrder(argv.slice(2))));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(error instanceof UsageError ? `${message}\n${USAGE}\n` : `${message}\n`);
  exit(error instanceof UsageError ? 2 : 1);
}
