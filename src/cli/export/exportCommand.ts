import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BundleRun, type PythonSources, pytorchFiles } from '../../pytorch/bundle.ts';
import { checkpointOf } from '../../run/checkpoint/runCheckpoint.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { requireEmpty, writeFolder } from '../files/wholeFolder.ts';
import { answered } from '../help.ts';
import { weightsFrom } from '../weightsOnDisk.ts';
import { EXPORT_USAGE, type ExportOrder, exportOrder } from './exportArguments.ts';
import { EXPORT_HELP } from './exportHelp.ts';

/** Writes a run or weights as files for PyTorch, into a new directory. */
async function exportRun({ file, directory }: ExportOrder, { stdout }: Terminal): Promise<void> {
  await requireEmpty(directory, '--pytorch');
  const { weights, run, notice } = await weightsFrom(file);
  if (notice) stdout.write(`note    ${notice}\n`);
  await writeFolder(directory, pytorchFiles(await sources(), weights, run && (await bundleRun(run))));
  stdout.write(`wrote ${directory}: begin with README.txt\n`);
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
