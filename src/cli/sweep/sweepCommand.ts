import { mkdir, readFile, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import type { RunConfig } from '../../config.ts';
import { readTrainAndTest } from '../../data/formats/trainAndTest.ts';
import { hubPage, hubSet } from '../../data/hub/catalogue.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { DataError } from '../../data/images/dataset.ts';
import { fingerprintOf } from '../../data/images/imagesFile.ts';
import { systemOf } from '../../network/fromConfig.ts';
import type { DataSource, HubSource } from '../../run/protocol.ts';
import type { RunSet } from '../../run/sets/runSetFile.ts';
import { shardOf } from '../../run/sets/runSetMerge.ts';
import {
  mayShareImages,
  type RunSummary,
  sourceKey,
  summaryOf,
  type TrainedOn,
} from '../../run/sets/runSummary.ts';
import { runKey } from '../../run/settingsKey.ts';
import { estimatedSeconds } from '../../run/sweep/runTime.ts';
import { parseSweepFile, type SweepFile } from '../../run/sweep/sweepFile.ts';
import { type PlannedRun, planSweep, sweepFaults } from '../../run/sweep/sweepPlan.ts';
import { exitCodeOf, STOP_CODES, type StopSignal, type Terminal } from '../command.ts';
import { openDevices } from '../engineOption.ts';
import { keptElsewhere } from '../files/elsewhere.ts';
import { requireOut, requireWritable } from '../files/outFile.ts';
import { answered } from '../help.ts';
import { decodePicture } from '../images/decodePicture.ts';
import { loadEmoji10FromDisk } from '../images/embeddedFiles.ts';
import { localFiles } from '../images/localFiles.ts';
import { SWEEP_ADVICE, withAdvice } from '../images/readingAdvice.ts';
import { ProgressLine, summary } from '../train/progressLine.ts';
import { trainOnce } from '../train/trainOnce.ts';
import { mergeParts } from './mergeParts.ts';
import { addRuns, readRunSet, writeRunSet } from './runSetOnDisk.ts';
import { SWEEP_USAGE, type SweepArguments, sweepArguments } from './sweepArguments.ts';
import { SWEEP_HELP } from './sweepHelp.ts';
import { claimReport } from './sweepReport.ts';

async function sourceOf({ data }: SweepFile): Promise<Exclude<DataSource, HubSource>> {
  if (data.kind === 'emoji10') return data;
  if (data.kind === 'hub') {
    throw new DataError(
      `This sweep trains on ${hubSet(data.set).label} as the page downloads it; here, name its files. ` +
        `Download the .parquet files from ${hubPage(hubSet(data.set))} and put their paths under "train" and "test".`,
    );
  }
  return { ...data, train: await localFiles(data.train), test: await localFiles(data.test) };
}

async function load(
  source: Exclude<DataSource, HubSource>,
  useTheRest: boolean,
  say: (text: string) => void,
): Promise<TrainAndTest> {
  if (source.kind === 'emoji10') return loadEmoji10FromDisk({ test: source.test }, say);
  const options = { ...source, useTheRest, decode: decodePicture };
  const reading = readTrainAndTest(source.train, source.test, options);
  const read = await withAdvice(reading, SWEEP_ADVICE);
  for (const notice of read.notices ?? []) say(`note    ${notice}`);
  return read;
}

/**
 * Checks the file of the runs. A folder that is not there yet is made only when there is something to train.
 */
async function requireOutOf(path: string, inputs: readonly string[]): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder !== null) await requireOut({ path, flag: '--out', kind: 'a set of runs', inputs });
}

/** The files and directories that a sweep reads its images from. */
function pathsOf({ data }: SweepFile): readonly string[] {
  return data.kind === 'files' ? [...data.train, ...data.test] : [];
}

/** Keys of the runs in a set that need not be trained again. */
function finished(set: RunSet, trainedOn: TrainedOn): ReadonlySet<string> {
  const kept = set.runs.filter((run) => mayShareImages(run.data, trainedOn) && !run.stoppedEarly);
  return new Set(kept.map((run) => runKey(run.config)));
}

/** Trains the runs that are missing, and writes the file after every run. Returns the exit code. */
async function sweep(
  { file, out, engine, adapter, threads, smallDense, equal, shard, planOnly, useTheRest }: SweepArguments,
  terminal: Terminal,
): Promise<number> {
  const say = (text: string) => terminal.stdout.write(`${text}\n`);
  const order = parseSweepFile(await readFile(file, 'utf8'));
  const runs = { ...order.order, ...(smallDense && { smallDense }), ...(equal && { equal }) };
  if (!planOnly) await requireOutOf(out, [file, ...pathsOf(order)]);
  const source = await sourceOf(order);
  const images = await load(source, useTheRest, say);
  const data = { ...images, fingerprint: await fingerprintOf(images) };
  const trainedOn = { source: sourceKey(source), images: data.fingerprint };
  const faults = sweepFaults(runs, data.train.size);
  if (faults.length > 0) throw new Error(`${file}: ${faults.join('; ')}.`);
  const whole = planSweep(runs, data.train.size);
  const plan = shard === null ? whole : shardOf(whole, shard);
  const head: RunSet = {
    format: 'dualgate-runs',
    version: 1,
    recordedOn: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads, Node`,
    engine,
    runs: [],
  };
  let set = (await readRunSet(out)) ?? head;
  const done = finished(set, trainedOn);
  const left = plan.filter(({ key }) => !done.has(key));
  const part = shard === null ? '' : ` in part ${shard.index} of ${shard.count}`;
  say(`sweep   ${plan.length} runs${part}, ${plan.length - left.length} of them finished before`);
  if (planOnly) {
    for (const run of plan) say(`${done.has(run.key) ? 'done' : 'to do'}\t${nameOf(run)}`);
    return 0;
  }
  await openDevices({ engine, adapter });
  await mkdir(dirname(out), { recursive: true });
  await requireWritable(out);
  // A part without runs has a file all the same, so that all parts can be merged.
  if (plan.length === 0) await addRuns(out, head);
  let failures = 0;
  const stop = stopOf(terminal);
  for (const [i, planned] of left.entries()) {
    // Another process may go on with the same file.
    set = (await readRunSet(out)) ?? set;
    if (finished(set, trainedOn).has(planned.key)) continue;
    say(`\nrun ${i + 1} of ${left.length}: ${nameOf(planned)}${timeLeft(left.slice(i), set, data)}`);
    const run = await Promise.race([
      trained(planned.config, source, data, { engine, threads }, terminal),
      stop.asked,
    ]);
    if (typeof run === 'string') break;
    if (run === null) failures++;
    else {
      const made = { ...head, runs: [run] };
      set = await addRuns(out, made).catch(async (fault: unknown) => {
        throw await keptElsewhere(out, fault, (path) => writeRunSet(path, made));
      });
      say(`wrote ${out}`);
    }
    if (stop.signal() !== null) break;
  }
  const signal = stop.signal();
  if (signal !== null) {
    say(`\nStopped. ${out} holds the runs that were finished; start the sweep again to go on.`);
    return STOP_CODES[signal];
  }
  if (failures > 0)
    say(`\n${failures} of ${left.length} runs failed; start the sweep again to try them anew.`);
  return failures > 0 ? 1 : 0;
}

/** The signal that asked for the end, when it comes and as soon as it has come. */
function stopOf(terminal: Terminal): {
  readonly asked: Promise<StopSignal>;
  signal(): StopSignal | null;
} {
  let first: StopSignal | null = null;
  const asked = new Promise<StopSignal>((resolve) => {
    terminal.onInterrupt((signal) => {
      first ??= signal;
      resolve(signal);
    });
  });
  return { asked, signal: () => first };
}

async function trained(
  config: RunConfig,
  source: DataSource,
  data: TrainAndTest,
  { engine, threads }: Pick<SweepArguments, 'engine' | 'threads'>,
  terminal: Terminal,
): Promise<RunSummary | null> {
  const line = new ProgressLine(config, terminal);
  const from = performance.now();
  const { record, failure } = await trainOnce({
    config,
    data,
    source,
    engine,
    threads,
    onEvent: (event) => line.show(event),
  });
  if (failure !== null) return null;
  line.say(summary(record));
  const seconds = Math.round(performance.now() - from) / 1000;
  return summaryOf({ config, record, source, seconds, endedOn: new Date().toISOString() });
}

/** “Dual gating, t_d 0.3, seed 1, 156 steps”, “Small dense, width 4 (25.6 % of the MACs), …”. */
function nameOf({ config, small }: PlannedRun): string {
  const { label, branches } = systemOf(config);
  const kind = branches.includes('gated') ? `, t_d ${config.budget}` : ` (${branches.join(', ')})`;
  const name = small
    ? `Small dense, width ${small.width} (${(100 * small.share).toFixed(1)} % of the MACs)`
    : `${label}${kind}`;
  return `${name}, seed ${config.seed}, ${config.steps} steps`;
}

function timeLeft(left: readonly PlannedRun[], { runs }: RunSet, { train }: TrainAndTest): string {
  const seconds = left.map(({ config }) => estimatedSeconds(config, runs, train.size));
  const total = seconds.reduce<number | null>(
    (sum, each) => (sum === null || each === null ? null : sum + each),
    0,
  );
  return total === null ? '' : `; about ${Math.ceil(total / 60)} min left`;
}

/** `npm run sweep`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, SWEEP_HELP, terminal);
  if (code !== null) return code;
  const work = async () => {
    const order = sweepArguments(args);
    const say = (text: string) => void terminal.stdout.write(`${text}\n`);
    const report = await claimReport(order, args);
    if (order.kind === 'merge') {
      const merged = await mergeParts(order, say);
      await report?.write(merged, say);
      return 0;
    }
    const code = await sweep(order, terminal);
    await report?.write(await readRunSet(order.out), say);
    return code;
  };
  return exitCodeOf(work, SWEEP_USAGE, terminal);
}
