import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDawn } from '../../dawn/openDawn.ts';
import { type GoldenEngine, NoDevice } from '../../golden/engines.ts';
import { checkFiles, type GoldenFile, type GoldenRow } from '../../golden/registry.ts';
import { type NotChecked, notCheckedLine, reportOf, TABLE_HEAD, tableLine } from '../../golden/report.ts';
import { TFJS } from '../../golden/tfjs/underTest.ts';
import { checkOnMachines } from '../../golden/wasm/onMachines.ts';
import { useBackend } from '../../method/backend.ts';
import { nodePlaces } from '../../wasm/threads/nodePlaces.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { writtenName } from '../files/claimedFile.ts';
import { requireOut } from '../files/outFile.ts';
import { answered } from '../help.ts';
import { NODE_PLACES } from '../places.ts';
import { type GoldenOrder, goldenOrder, USAGE } from './goldenArguments.ts';
import { GOLDEN_HELP } from './goldenHelp.ts';

const NAME_THEM = 'Name a directory that holds them, such as src/golden/vectors.';

type Say = (line: string) => void;

/** The vectors of a directory. @throws Error when there are none, or when a file cannot be read */
async function vectorsOf(directory: string): Promise<GoldenFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  if (names.length === 0)
    throw new Error(`${directory}: expected golden vectors (*.json), got none. ${NAME_THEM}`);
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(directory, name), 'utf8') })),
  );
}

/** What came of the checks on one engine. */
interface Checked {
  readonly rows: GoldenRow[];
  readonly notChecked: readonly NotChecked[];
}

/**
 * All checks of the files on one engine. If it breaks down, that counts as a failed check.
 * @param asFound whether an engine without a device is told as not checked; else that counts as failed too
 */
async function checkOn(
  engine: GoldenEngine,
  { adapter, asFound }: Pick<GoldenOrder, 'adapter' | 'asFound'>,
  files: readonly GoldenFile[],
  say: Say,
): Promise<Checked> {
  const rows: GoldenRow[] = [];
  const show = (row: GoldenRow) => {
    rows.push(row);
    say(tableLine(row));
  };
  try {
    if (asFound && engine === 'webgpu-chromium') (await harness()).requireChromium();
    return { rows, notChecked: await checksOf(engine, adapter, files, show) };
  } catch (error) {
    if (asFound && error instanceof NoDevice)
      return { rows, notChecked: [{ engine, reason: error.message }] };
    show(failed('the engine runs', engine, error));
    return { rows, notChecked: [] };
  }
}

/** @returns what was not checked. @throws NoDevice when there is nothing that the engine can compute on */
async function checksOf(
  engine: GoldenEngine,
  adapter: string | null,
  files: readonly GoldenFile[],
  show: (row: GoldenRow) => void,
): Promise<readonly NotChecked[]> {
  switch (engine) {
    case 'wasm':
      return checkOnMachines(nodePlaces(), files, show);
    case 'webgpu': {
      await openDawn({ adapter }).catch((fault: Error) => {
        throw new NoDevice(fault.message, { cause: fault });
      });
      // Node can read the shaders only from here on.
      const { checkOnDevice, compiledOnDevice } = await import('../../golden/webgpu/onDevice.ts');
      await checkOnDevice(await compiledOnDevice(), files, engine, show);
      return [];
    }
    case 'webgpu-chromium':
    case 'tfjs-webgpu': {
      await (await harness()).checkInBrowser(files, engine, show);
      return [];
    }
    case 'cpu':
    case 'tfjs-wasm':
      await useBackend(engine === 'cpu' ? 'cpu' : 'wasm', NODE_PLACES);
      await checkFiles(files, engine, TFJS, show);
      return [];
    default:
      return engine satisfies never;
  }
}

/** What drives Chromium. @throws NoDevice when its packages are not installed */
function harness() {
  return import('../../harness/browser.ts').catch((fault: Error) => {
    throw new NoDevice(
      `Chromium is driven by Playwright, which could not be loaded: ${fault.message}. Install the development packages with “npm ci”.`,
      { cause: fault },
    );
  });
}

function failed(check: string, engine: string, error: unknown): GoldenRow {
  const detail = error instanceof Error ? error.message : String(error);
  return {
    file: '',
    engine,
    check,
    worstError: Number.POSITIVE_INFINITY,
    tolerance: 0,
    passed: false,
    detail,
  };
}

/** Runs the checks of an order and writes the report. Returns the exit code. */
async function golden(order: GoldenOrder, say: Say): Promise<number> {
  const { directory, engines, json } = order;
  const out =
    json === null
      ? null
      : await requireOut({ path: json, flag: '--json', kind: 'a report', inputs: [directory] });
  say(TABLE_HEAD);
  const rows: GoldenRow[] = [];
  const notChecked: NotChecked[] = [];
  try {
    const files = await vectorsOf(directory);
    for (const engine of engines) {
      const checked = await checkOn(engine, order, files, say);
      rows.push(...checked.rows);
      notChecked.push(...checked.notChecked);
    }
    if (rows.length === 0)
      throw new Error(`${directory}: expected golden vectors, got none that can be checked. ${NAME_THEM}`);
  } catch (error) {
    rows.push(failed('the directory can be read', '', error));
    say(tableLine(rows.at(-1)!));
  }
  for (const lack of notChecked) say(notCheckedLine(lack));
  const report = reportOf(directory, rows, notChecked);
  const written = await out?.write(`${JSON.stringify(report, null, 1)}\n`);
  if (written && written.insteadOf !== null) say(`wrote ${writtenName(written)}`);
  say(`${report.passed} passed, ${report.failed} failed`);
  return report.failed === 0 ? 0 : 1;
}

/** `npm run golden`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, GOLDEN_HELP, terminal);
  if (code !== null) return code;
  return exitCodeOf(
    () => golden(goldenOrder(args), (line) => terminal.stdout.write(`${line}\n`)),
    USAGE,
    terminal,
  );
}
