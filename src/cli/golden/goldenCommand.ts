import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDawn } from '../../dawn/openDawn.ts';
import type { GoldenEngine } from '../../golden/engines.ts';
import { checkFiles, type GoldenFile, type GoldenRow } from '../../golden/registry.ts';
import { reportOf, TABLE_HEAD, tableLine } from '../../golden/report.ts';
import { TFJS } from '../../golden/tfjs/underTest.ts';
import { useBackend } from '../../method/backend.ts';
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

/** All checks of the files on one engine. If the engine is not available, that counts as a failed check. */
async function checkOn(
  engine: GoldenEngine,
  adapter: string | null,
  files: readonly GoldenFile[],
  say: Say,
): Promise<GoldenRow[]> {
  const rows: GoldenRow[] = [];
  const show = (row: GoldenRow) => {
    rows.push(row);
    say(tableLine(row));
  };
  try {
    if (engine === 'webgpu') {
      await openDawn({ adapter });
      // Node can read the shaders only from here on.
      const { checkOnDevice, compiledOnDevice } = await import('../../golden/webgpu/onDevice.ts');
      await checkOnDevice(await compiledOnDevice(), files, engine, show);
    } else if (engine === 'webgpu-chromium' || engine === 'tfjs-webgpu') {
      const { checkInBrowser } = await import('../../harness/browser.ts');
      await checkInBrowser(files, engine, show);
    } else {
      await useBackend(engine, NODE_PLACES);
      await checkFiles(files, engine, TFJS, show);
    }
  } catch (error) {
    show(failed('the engine runs', engine, error));
  }
  return rows;
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
async function golden({ directory, engines, adapter, json }: GoldenOrder, say: Say): Promise<number> {
  const out =
    json === null
      ? null
      : await requireOut({ path: json, flag: '--json', kind: 'a report', inputs: [directory] });
  say(TABLE_HEAD);
  const rows: GoldenRow[] = [];
  try {
    const files = await vectorsOf(directory);
    for (const engine of engines) rows.push(...(await checkOn(engine, adapter, files, say)));
    if (rows.length === 0)
      throw new Error(`${directory}: expected golden vectors, got none that can be checked. ${NAME_THEM}`);
  } catch (error) {
    rows.push(failed('the directory can be read', '', error));
    say(tableLine(rows.at(-1)!));
  }
  const report = reportOf(directory, rows);
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
