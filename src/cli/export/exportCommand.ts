import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { requireWhole } from '../../laboratory/laboratory.ts';
import { performSlice } from '../../laboratory/slice.ts';
import type { WeightsFile } from '../../network/weights.ts';
import { type BundleRun, type PythonSources, pytorchFiles } from '../../pytorch/bundle.ts';
import { checkpointOf } from '../../run/checkpoint/runCheckpoint.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { TrainedWeights } from '../../run/files/weightsText.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { outcomeText } from '../evaluate/evaluateReport.ts';
import { namingTasks, openTrained } from '../evaluate/trainedNetwork.ts';
import { writtenName } from '../files/claimedFile.ts';
import { requireOut } from '../files/outFile.ts';
import { requireEmpty, writeFolder } from '../files/wholeFolder.ts';
import { answered } from '../help.ts';
import { weightsBytes, weightsFrom } from '../weightsOnDisk.ts';
import { EXPORT_USAGE, type ExportOrder, exportOrder } from './exportArguments.ts';
import { EXPORT_HELP } from './exportHelp.ts';

/** Writes a run or weights as files for PyTorch, into a new directory, or as a file of weights. */
async function exportRun(order: ExportOrder, { stdout, stderr }: Terminal): Promise<void> {
  const { file, directory, out: path, force } = order;
  const say = (line: string) => void stdout.write(`${line}\n`);
  if (directory !== null) await requireEmpty(directory, '--pytorch');
  const inputs = [file, ...(order.at?.images.data ?? []), ...(order.at?.images.test ?? [])];
  const out = path && (await requireOut({ path, flag: '--out', kind: 'weights', inputs, force }));
  const trained = await weightsFrom(file);
  const { run, notice } = trained;
  if (notice) say(`note    ${notice}`);
  const weights = order.at === null ? trained.weights : await weightsAt(trained, order.at, say, stderr);
  if (directory !== null) {
    if (order.at !== null && run !== null)
      say('note    no training script is written: training begins with gates that are not shifted');
    const goesOn = order.at === null && run !== null ? await bundleRun(run) : null;
    await writeFolder(directory, pytorchFiles(await sources(), weights, goesOn));
    say(`wrote ${directory}: begin with README.txt`);
  }
  if (path && out) say(`wrote ${writtenName(await out.write(weightsBytes(weights, path)))}`);
}

/** The gated branch at a budget, with the shift of its gates. */
async function weightsAt(
  trained: TrainedWeights,
  { budget, images }: NonNullable<ExportOrder['at']>,
  say: (line: string) => void,
  stderr: Terminal['stderr'],
): Promise<WeightsFile> {
  const laboratory = await openTrained(trained, images, { engine: 'wasm', threads: null }, say);
  requireWhole(laboratory);
  const order = { kind: 'slice', form: 'gated', budget } as const;
  const outcome = await performSlice(laboratory, order, namingTasks(stderr));
  say(outcomeText(outcome, null));
  return outcome.weights;
}

async function bundleRun(run: RunFile): Promise<BundleRun> {
  const { config, budgets, data, steps } = run;
  return {
    config: { ...config, budget: budgets.at(-1)?.budget ?? config.budget },
    recipe: data?.recipe ?? 'cifar10',
    data: data && { name: data.name, train: data.train, size: data.size },
    stepsDone: steps.at(-1)?.step ?? 0,
    memory: await checkpointOf(run),
  };
}

async function sources(): Promise<PythonSources> {
  const read = (name: keyof PythonSources) =>
    readFile(fileURLToPath(new URL(`../../pytorch/${name}`, import.meta.url)), 'utf8');
  return {
    'dualgate_model.py': await read('dualgate_model.py'),
    'dualgate_views.py': await read('dualgate_views.py'),
    'dualgate_step.py': await read('dualgate_step.py'),
    'dualgate_train.py': await read('dualgate_train.py'),
  };
}

/** `npm run export`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, EXPORT_HELP, terminal);
  if (code !== null) return code;
  return exitCodeOf(
    async () => {
      await exportRun(exportOrder(args), terminal);
      return 0;
    },
    EXPORT_USAGE,
    terminal,
  );
}
