import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SystemId } from '../../config.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { fingerprintOf } from '../../data/images/imagesFile.ts';
import { recordedFileOf } from '../../recorded/recordedFile.ts';
import { fileName, RECORDED_SYSTEMS, RESULTS_FILE, recordingPlan } from '../../recorded/systems.ts';
import type { DialPoint } from '../../run/dial.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { RunRecord } from '../../run/record.ts';
import { type RunSummary, summaryOf } from '../../run/sets/runSummary.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { writeWhole } from '../files/wholeFile.ts';
import { answered, version } from '../help.ts';
import { loadEmoji10FromDisk } from '../images/embeddedFiles.ts';
import { readRunSet, writeRunSet } from '../sweep/runSetOnDisk.ts';
import { ProgressLine, summary } from '../train/progressLine.ts';
import { pictureSheet } from './pictures.ts';
import { record } from './record.ts';
import { withDial } from './recordDial.ts';
import { RECORDED_USAGE, type RecordedOrder, recordedOrder } from './recordedArguments.ts';
import { RECORDED_HELP } from './recordedHelp.ts';

const SOURCE = { kind: 'emoji10', test: 'unseen-style' } as const satisfies DataSource;
/** The engine that every machine has, so that the recording can be repeated anywhere. */
const ENGINE = 'wasm';

/** Trains and writes the recorded runs. Returns the exit code. */
async function recordAll({ systems, out, steps }: RecordedOrder, terminal: Terminal): Promise<number> {
  const say = (text: string) => terminal.stdout.write(`${text}\n`);
  const images = await loadEmoji10FromDisk({ test: SOURCE.test }, say);
  const data = { ...images, fingerprint: await fingerprintOf(images) };
  await mkdir(out, { recursive: true });
  for (const system of systems) {
    say(`\n${system}`);
    const result = await recordOne({ system, steps, out, data }, terminal);
    await replaceResult(join(out, RESULTS_FILE), result);
  }
  return 0;
}

interface OneOrder extends Pick<RecordedOrder, 'steps' | 'out'> {
  readonly system: SystemId;
  readonly data: TrainAndTest;
}

/** Records one run and writes its files. @returns its result */
async function recordOne({ system, steps, out, data }: OneOrder, terminal: Terminal): Promise<RunSummary> {
  const plan = recordingPlan(system, ...(steps === null ? [] : [steps]));
  const { config } = plan;
  const line = new ProgressLine(config, terminal);
  const from = performance.now();
  const onEvent = line.show.bind(line);
  const made = await record({ plan, data, source: SOURCE, engine: ENGINE, onEvent });
  const seconds = Math.round((performance.now() - from) / 1000);
  line.say(summary(made.record));
  const { ready } = made.record;
  const endedOn = new Date().toISOString();
  const result = summaryOf({ config, record: made.record, source: SOURCE, seconds, endedOn });
  if (ready === null || result === null) throw new RangeError(`${system}: the run has no result`);

  const name = fileName(system);
  const dialled = await withDial({ record: made.record, config, data });
  line.say(dialWords(dialled));
  const file = recordedFileOf({
    ...made,
    record: dialled,
    recorded: { on: endedOn.slice(0, 10), device: device(), project: version(), seconds },
    pictures: await pictureSheet(ready.mapImages, ready.data.size),
  });
  const packed = gzipSync(JSON.stringify(file), { level: 9 });
  await writeWhole(join(out, name), packed);
  line.say(`wrote ${name}: ${kilobytes(packed.length)}, ${made.moments.length} evaluations`);
  return result;
}

/** What the run reaches at the ends of its dial. */
function dialWords({ dial }: RunRecord): string {
  const points = dial?.points ?? [];
  const [least, most] = [points[0], points.at(-1)];
  if (least === undefined || most === undefined) return 'no dial: this network serves one budget only';
  const said = ({ budget, macRatio }: DialPoint) => `asked ${budget}, got ${macRatio.toFixed(3)}`;
  return `dial of ${points.length} budgets: ${said(least)}; ${said(most)} of the dense MACs on test images`;
}

/** Puts a result in the place of the system's earlier one. */
async function replaceResult(path: string, result: RunSummary): Promise<void> {
  const others = (await readRunSet(path))?.runs.filter(
    ({ config }) => config.system !== result.config.system,
  );
  const runs = [...(others ?? []), result].toSorted((a, b) => place(a) - place(b));
  const head = { format: 'dualgate-runs', version: 1, recordedOn: device(), engine: ENGINE } as const;
  await writeRunSet(path, { ...head, runs });
}

function place({ config }: RunSummary): number {
  return RECORDED_SYSTEMS.indexOf(config.system);
}

/** The processor of this machine. */
function device(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads, Node`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** `npm run recorded`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, RECORDED_HELP, terminal);
  if (code !== null) return code;
  return exitCodeOf(() => recordAll(recordedOrder(args), terminal), RECORDED_USAGE, terminal);
}
