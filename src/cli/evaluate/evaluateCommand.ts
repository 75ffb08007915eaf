import { perform } from '../../laboratory/workbench.ts';
import { dialIn } from '../../run/files/runDial.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { openDevices } from '../engineOption.ts';
import { type ClaimedFile, writtenName } from '../files/claimedFile.ts';
import { requireOut } from '../files/outFile.ts';
import { answered } from '../help.ts';
import { runBytes } from '../train/runOnDisk.ts';
import { weightsBytes, weightsFrom } from '../weightsOnDisk.ts';
import { type EvaluateOrder, evaluateOrder, USAGE } from './evaluateArguments.ts';
import { EVALUATE_HELP } from './evaluateHelp.ts';
import { outcomeText } from './evaluateReport.ts';
import { namingTasks, openTrained } from './trainedNetwork.ts';

/** Carries out an order on a trained network and writes the result. */
async function evaluate(order: EvaluateOrder, { stdout, stderr }: Terminal): Promise<void> {
  const say = (line: string) => void stdout.write(`${line}\n`);
  const out = order.out === null ? null : await outOf(order, order.out);
  const save = order.save === null ? null : await saveOf(order, order.save);
  await openDevices(order);
  const trained = await weightsFrom(order.file);
  const { run, notice } = trained;
  if (notice) say(`note    ${notice}`);
  if (save !== null && run === null)
    throw new Error(
      `--save must be given with a run file, got weights alone in ${order.file}. Name the run’s file, or leave --save out.`,
    );
  const engine = order.engine === 'auto' ? 'wasm' : order.engine;
  const laboratory = await openTrained(trained, order, { engine, threads: order.threads }, say);
  const asked = order.order;
  const step = run?.steps.at(-1)?.step ?? 0;
  const performed = asked.kind === 'dial' ? { ...asked, step } : asked;
  const outcome = await perform(laboratory, performed, namingTasks(stderr));
  say(outcomeText(outcome, run));
  if (save !== null && order.save !== null && run !== null && outcome.kind === 'dial') {
    const kept = runBytes({ ...run, dial: dialIn(outcome) }, order.save);
    say(`wrote ${writtenName(await save.write(kept))}`);
  }
  if (order.out === null || out === null) return;
  if (outcome.kind === 'slice') {
    say(`wrote ${writtenName(await out.write(weightsBytes(outcome.weights, order.out)))}`);
    return;
  }
  const { kind: _, ...found } = outcome.kind === 'dial' ? { ...outcome, dial: dialIn(outcome) } : outcome;
  const about = run ? { config: run.config, recorded: run.final } : { config: null, recorded: null };
  const report = { format: 'dualgate-evaluation', version: 1, file: order.file, engine, ...about, ...found };
  say(`wrote ${writtenName(await out.write(JSON.stringify(report)))}`);
}

/** Checks the file of the result. */
function outOf({ order, file, data, test, force }: EvaluateOrder, path: string): Promise<ClaimedFile> {
  const kind = order.kind === 'slice' ? 'weights' : 'an evaluation';
  return requireOut({ path, flag: '--out', kind, inputs: [file, ...data, ...test], force });
}

/** Checks the file of the run with its dial. */
function saveOf({ file, data, test, force }: EvaluateOrder, path: string): Promise<ClaimedFile> {
  return requireOut({ path, flag: '--save', kind: 'a run', inputs: [file, ...data, ...test], force });
}

/** `npm run evaluate`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, EVALUATE_HELP, terminal);
  if (code !== null) return code;
  return exitCodeOf(
    async () => {
      await evaluate(evaluateOrder(args), terminal);
      return 0;
    },
    USAGE,
    terminal,
  );
}
